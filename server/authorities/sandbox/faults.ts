import { z } from 'zod';

const AUTHORITY_NAMES = ['bank', 'police', 'insurer'] as const;
export const authoritySchema = z.enum(AUTHORITY_NAMES);
export const modeSchema = z.enum(['up', 'down', 'slow', 'malformed', 'huge', 'wrong-signature', 'flapping']);
export const controlSchema = z.strictObject({ authority: authoritySchema, mode: modeSchema });

export type AuthorityName = z.output<typeof authoritySchema>;
export type Mode = z.output<typeof modeSchema>;

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
