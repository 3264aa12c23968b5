import { z } from 'zod';
import { bank } from './bank.ts';
import type { Authority, People } from './contract.ts';
import type { AuthorityDefinition, AuthorityDeps } from './define.ts';
import { insurer } from './insurer.ts';
import { police } from './police.ts';

export type { Answer, Authority, Cardholder, People, Person } from './contract.ts';
export type { AuthorityDeps, BankTries } from './define.ts';
export { refuseSandbox } from './refuse-sandbox.ts';
export { createThrottle, type Throttle } from './throttle/throttle.ts';

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

/** @throws AuthorityError when the configuration names certificates or keys that cannot be used. */
export function openAuthorities(config: AuthoritiesConfig, deps: AuthorityDeps): readonly Authority[] {
  const adapterDeps = { ...deps, sandbox: config.sandbox };
  return Object.entries(AUTHORITIES).map(([name, definition]) => {
    // Each entry's options come from its own schema; the type of the pair is lost in the loop.
    const { open } = definition as AuthorityDefinition<z.ZodType>;
    return neverRejecting(open(config[name as keyof Options], adapterDeps));
  });
}

/** The source of people among authorities that are open: it shares their lines, and with them limits and breakers. */
export function peopleOf(authorities: readonly Authority[]): People | undefined {
  return authorities.find(({ people }) => people !== undefined)?.people;
}

/** A source of people alone, on a line of its own. Beside open authorities, `peopleOf` is the better way. */
export function openPeople(config: AuthoritiesConfig, deps: AuthorityDeps): People {
  const people = neverRejecting(insurer.open(config.insurer, { ...deps, sandbox: config.sandbox })).people;
  if (people === undefined) throw new Error('the insurer is no source of people');
  return people;
}

/** The adapters turn every fault into an answer; what a mistake of ours throws must not become anything else either. */
function neverRejecting(authority: Authority): Authority {
  const { name, people, identify } = authority;
  const internal = { outcome: 'unavailable', code: `${name}-internal` } as const;
  return {
    name,
    ask: async (question) => {
      try {
        return await authority.ask(question);
      } catch {
        return internal;
      }
    },
    ...(people && {
      people: {
        lookup: (cardholder, signal) => people.lookup(cardholder, signal).catch(() => internal),
        family: (cardholder, signal) => people.family(cardholder, signal).catch(() => internal),
        relations: (signal) => people.relations(signal).catch(() => []),
      },
    }),
    ...(identify && { identify: (person, signal) => identify(person, signal).catch(() => internal) }),
  };
}
