import type { z } from 'zod';
import type { Authority } from './contract.ts';
import type { AdapterDeps } from './exchange.ts';

/** One authority: what its configuration holds, and how it is opened with it. */
export type AuthorityDefinition<Schema extends z.ZodType> = {
  readonly options: Schema;
  readonly open: (options: z.output<Schema>, deps: AdapterDeps) => Authority;
};

export function defineAuthority<Schema extends z.ZodType>(
  definition: AuthorityDefinition<Schema>,
): AuthorityDefinition<Schema> {
  return definition;
}
