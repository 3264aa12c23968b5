import type { z } from 'zod';
import type { Authority } from './contract.ts';
import type { LineDeps } from './line/line.ts';
import type { Throttle } from './throttle/throttle.ts';

/** Both of what the processes of one backend share: a count is worth nothing where each has another key. */
export type BankTries = {
  readonly throttle: Throttle;
  /** HMAC of a card or an ID number, by a key that all processes have. */
  readonly fingerprint: (purpose: 'bank-card' | 'bank-holder', text: string) => string;
};

/** What the adapters get from outside. */
export type AuthorityDeps = Omit<LineDeps, 'sandbox'> & {
  /** Counts tries at the bank. Without it the count is this process's own, and ends with it. */
  readonly bankTries?: BankTries;
};

/** `sandbox`: whether an answer that is marked as a sandbox's counts; else it is `unavailable`. */
export type AdapterDeps = AuthorityDeps & { readonly sandbox: boolean };

/** One authority: what its configuration holds, and how it is opened with it. */
export type AuthorityDefinition<Schema extends z.ZodType> = {
  readonly options: Schema;
  /** @throws AuthorityError */
  readonly open: (options: z.output<Schema>, deps: AdapterDeps) => Authority;
};

export function defineAuthority<Schema extends z.ZodType>(
  definition: AuthorityDefinition<Schema>,
): AuthorityDefinition<Schema> {
  return definition;
}
