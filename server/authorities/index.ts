import { z } from 'zod';
import { bank } from './bank.ts';
import type { Authority } from './contract.ts';
import type { AuthorityDefinition } from './define.ts';
import type { AuthorityDeps } from './exchange.ts';
import { insurer } from './insurer.ts';
import { police } from './police.ts';

export type { Answer, Authority, Person } from './contract.ts';
export type { AuthorityDeps } from './exchange.ts';
export { refuseSandbox } from './refuse-sandbox.ts';

/** Adding an authority is its file and one line here (and its name in the contract). */
const AUTHORITIES = {
  bank,
  police,
  insurer,
} as const;

type Options = { [Name in keyof typeof AUTHORITIES]: (typeof AUTHORITIES)[Name]['options'] };
const options = Object.fromEntries(
  Object.entries(AUTHORITIES).map(([name, { options }]) => [name, options]),
) as Options;

/** The `authorities:` part of the backend's configuration. */
export const authoritiesSchema = z.strictObject({
  /** Whether answers of a sandbox count. Refused in production. */
  sandbox: z.boolean().default(false),
  ...options,
});
export type AuthoritiesConfig = z.output<typeof authoritiesSchema>;

export function openAuthorities(config: AuthoritiesConfig, deps: AuthorityDeps): readonly Authority[] {
  const adapterDeps = { ...deps, sandbox: config.sandbox };
  return Object.entries(AUTHORITIES).map(([name, definition]) => {
    // Each entry's options come from its own schema; the type of the pair is lost in the loop.
    const { open } = definition as AuthorityDefinition<z.ZodType>;
    return neverRejecting(open(config[name as keyof Options], adapterDeps));
  });
}

/** The adapters turn every fault into an answer; what a mistake of ours throws must not become anything else either. */
function neverRejecting(authority: Authority): Authority {
  return {
    name: authority.name,
    ask: async (question) => {
      try {
        return await authority.ask(question);
      } catch {
        return { outcome: 'unavailable', code: `${authority.name}-internal` };
      }
    },
  };
}
