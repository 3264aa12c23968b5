import type { z } from 'zod';
import type { Fault } from './exchange.ts';

/** One call of the insurers' gateway. */
export type Transaction<T> = {
  /** Four characters: `1101`. */
  readonly infno: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly input: unknown;
  readonly output: z.ZodType<T>;
  readonly signal: AbortSignal;
};

export type Transacted<T> =
  | { readonly output: T }
  /** err_msg. Never to be handed on: gateways repeat names and numbers in it. */
  | { readonly refused: string }
  | Fault;

/** Never rejects. */
export type Gateway = <T>(transaction: Transaction<T>) => Promise<Transacted<T>>;
