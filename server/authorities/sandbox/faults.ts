import { z } from 'zod';

const AUTHORITY_NAMES = ['bank', 'police', 'insurer'] as const;
export const authoritySchema = z.enum(AUTHORITY_NAMES);

/** How an authority may misbehave, with what a person reads about it. */
export const MODES = {
  up: 'answers as it should',
  down: 'cuts every connection',
  flapping: 'is down and up in turns',
  slow: 'answers late (slowMs)',
  malformed: 'answers the beginning of something',
  truncated: 'cuts the connection in the middle of its answer',
  huge: 'answers with three megabytes',
  deep: 'answers with ten thousand levels',
  'duplicate-keys': 'names a key of its answer twice',
  redirect: 'sends the caller elsewhere',
  'web-page': 'answers with a web page',
  broken: 'answers with status 500',
  'wrong-signature': 'refuses the signature; in the SM envelope it signs with a key that is not its own',
} as const;

export type Mode = keyof typeof MODES;
const MODE_NAMES = Object.keys(MODES) as [Mode, ...Mode[]];
/** What a person in people.yaml may have written beside them. */
export const BEHAVIOURS = MODE_NAMES.filter((mode) => mode !== 'up');
export const controlSchema = z.strictObject({ authority: authoritySchema, mode: z.enum(MODE_NAMES) });

export type AuthorityName = z.output<typeof authoritySchema>;

export type Faults = {
  modes(): Readonly<Record<AuthorityName, Mode>>;
  set(authority: AuthorityName, mode: Mode): void;
  /** What to do with this call: `flapping` is already resolved into down and up, in turns, down first. */
  next(authority: AuthorityName, wanted?: Mode): Exclude<Mode, 'flapping'>;
};

/** Which authority misbehaves how. */
export function createFaults(down: readonly AuthorityName[] = []): Faults {
  const modes: Record<AuthorityName, Mode> = { bank: 'up', police: 'up', insurer: 'up' };
  const calls: Record<AuthorityName, number> = { bank: 0, police: 0, insurer: 0 };
  for (const authority of down) modes[authority] = 'down';
  return {
    modes: () => ({ ...modes }),
    set(authority, mode) {
      modes[authority] = mode;
    },
    next(authority, wanted) {
      const mode = wanted ?? modes[authority];
      if (mode !== 'flapping') return mode;
      calls[authority] += 1;
      return calls[authority] % 2 === 1 ? 'down' : 'up';
    },
  };
}
