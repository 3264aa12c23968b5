import type { StageDirection } from '../contract.ts';

/** One recorded picture: its JPEG, and milliseconds since the recording began. */
export type Shot = { readonly at: number; readonly jpeg: Uint8Array };

/** Milliseconds that a recording holds at most. */
const longest = 30_000;

/** What an attacker films in the first session and feeds to the camera from the second on. */
export type Tape = {
  /** The first `look` or challenge after `idle` begins a session, `idle` ends it. */
  direct(direction: StageDirection, at: number): void;
  /** Offers a genuine picture of a time: kept while the first session runs, up to 30 s. */
  keep(jpeg: Uint8Array, at: number): void;
  /** The recording, while a session after the first runs. */
  playing(): readonly Shot[] | undefined;
};

export function createTape(): Tape {
  const shots: Shot[] = [];
  let inSession = false;
  let recorded = false;
  let began = 0;
  return {
    direct(direction, at) {
      if (direction === 'idle') {
        recorded ||= inSession && shots.length > 0;
        inSession = false;
      } else if (!inSession) {
        inSession = true;
        began = at;
      }
    },
    keep(jpeg, at) {
      if (inSession && !recorded && at - began <= longest) shots.push({ at: at - began, jpeg });
    },
    playing: () => (inSession && recorded ? shots : undefined),
  };
}

/** Which picture is the `step`-th of a recording that is played over and over, and how long after its first one. */
export function shotAt(shots: readonly Shot[], step: number): { readonly after: number; readonly jpeg: Uint8Array } {
  const first = shots[0]!.at;
  const length = shots.at(-1)!.at - first;
  // Between two rounds lies one usual gap.
  const round = length + (shots.length > 1 ? length / (shots.length - 1) : 1000);
  const shot = shots[step % shots.length]!;
  return { after: Math.floor(step / shots.length) * round + shot.at - first, jpeg: shot.jpeg };
}
