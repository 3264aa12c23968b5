import type { FailReason, Observation } from '../contract.ts';
import type { Settings } from '../settings.ts';

/** Who else is there, and whether anybody is. Milliseconds; a second face's time runs back when it goes. */
export type Presence = {
  readonly secondMs: number;
  readonly secondFrames: number;
  /** Longest that counts: over enough frames. */
  readonly longestSecondMs: number;
  /** `at` of the first frame without a face; NaN while there is one. */
  readonly goneSince: number;
  readonly longestGoneMs: number;
};

export const EMPTY: Presence = {
  secondMs: 0,
  secondFrames: 0,
  longestSecondMs: 0,
  goneSince: Number.NaN,
  longestGoneMs: 0,
};

/** Adds one observation, `elapsed` milliseconds after the one before. */
export function observePresence(
  before: Presence,
  observation: Observation,
  elapsed: number,
  settings: Settings,
): Presence {
  const second = observation.faces > 1;
  // The first frame of a second face adds no time: it may have come just now.
  const running = second && before.secondFrames > 0;
  const secondMs = Math.max(0, before.secondMs + (running ? elapsed : second ? 0 : -elapsed));
  const secondFrames = second ? before.secondFrames + 1 : secondMs === 0 ? 0 : before.secondFrames;
  const enough = secondFrames >= settings.secondFaceFrames;
  const gone = observation.face === undefined;
  const goneSince = gone ? (Number.isNaN(before.goneSince) ? observation.at : before.goneSince) : Number.NaN;
  return {
    secondMs,
    secondFrames,
    longestSecondMs: enough ? Math.max(before.longestSecondMs, secondMs) : before.longestSecondMs,
    goneSince,
    longestGoneMs: gone ? Math.max(before.longestGoneMs, observation.at - goneSince) : before.longestGoneMs,
  };
}

export function judgePresence(presence: Presence, settings: Settings): FailReason | undefined {
  if (presence.longestSecondMs > settings.secondFaceMs) return 'two-faces';
  return presence.longestGoneMs > settings.goneMs ? 'face-lost' : undefined;
}
