import type { FailReason, Observation } from '../contract.ts';
import type { Settings } from '../settings.ts';

/** Remembered digests: more than any session's frames (40 s at 60 a second). */
const REMEMBERED = 4096;

/** What the pictures and their times say, whoever is in them. */
export type Continuity = {
  /** First and latest `at`, milliseconds; NaN before the first observation. */
  readonly startedAt: number;
  readonly lastAt: number;
  readonly lastSeq: number;
  readonly frames: number;
  /** Milliseconds since the frame before, and the longest of them. */
  readonly gap: number;
  readonly longestGap: number;
  /** Lowest frames a second since the start, once it can be told. */
  readonly slowestRate: number;
  /** Digests in order, a picture that repeats the one before only once. */
  readonly digests: readonly string[];
  /** Length of the present and of the longest run of one picture. */
  readonly same: number;
  readonly longestSame: number;
  /** The next digest that would prolong the loop, its length, and the longest. */
  readonly loopNext: number;
  readonly loop: number;
  readonly longestLoop: number;
};

export const NO_PICTURES: Continuity = {
  startedAt: Number.NaN,
  lastAt: Number.NaN,
  lastSeq: -1,
  frames: 0,
  gap: 0,
  longestGap: 0,
  slowestRate: Number.POSITIVE_INFINITY,
  digests: [],
  same: 0,
  longestSame: 0,
  loopNext: -1,
  loop: 0,
  longestLoop: 0,
};

/** Adds one observation; a reason when the pictures can not come from a camera that looks at the world now. */
export function observePictures(
  before: Continuity,
  observation: Observation,
  settings: Settings,
): { readonly continuity: Continuity; readonly reason?: FailReason } {
  const { at, seq } = observation;
  const first = before.frames === 0;
  const gap = first ? 0 : at - before.lastAt;
  const backwards = !Number.isFinite(at) || !Number.isFinite(seq) || gap < 0 || (!first && seq <= before.lastSeq);
  if (backwards) return { continuity: before, reason: 'time-irregular' };
  const startedAt = Number.isNaN(before.startedAt) ? at : before.startedAt;
  const frames = before.frames + 1;
  const elapsed = at - startedAt;
  const rate = elapsed >= settings.rateAfterMs ? (frames - 1) / (elapsed / 1000) : Number.POSITIVE_INFINITY;
  const continuity: Continuity = {
    ...before,
    startedAt,
    frames,
    gap,
    lastAt: at,
    lastSeq: seq,
    longestGap: Math.max(before.longestGap, gap),
    slowestRate: Math.min(before.slowestRate, rate),
    ...compare(before, observation.digest),
  };
  const reason = judgePictures(continuity, settings);
  return reason === undefined ? { continuity } : { continuity, reason };
}

function judgePictures(continuity: Continuity, settings: Settings): FailReason | undefined {
  if (continuity.longestGap > settings.gapMs || continuity.slowestRate < settings.slowestRate) return 'time-irregular';
  if (continuity.longestSame >= settings.frozenFrames) return 'picture-frozen';
  if (continuity.longestLoop >= settings.repeatFrames) return 'picture-repeats';
  return undefined;
}

type Comparison = Pick<Continuity, 'digests' | 'same' | 'longestSame' | 'loopNext' | 'loop' | 'longestLoop'>;

function compare(before: Continuity, digest: string): Comparison {
  const { digests } = before;
  if (digests.length > 0 && digests.at(-1) === digest) {
    const same = before.same + 1;
    return { ...before, same, longestSame: Math.max(before.longestSame, same) };
  }
  const goesOn = before.loop > 0 && digests[before.loopNext] === digest;
  const found = goesOn ? before.loopNext : digests.lastIndexOf(digest);
  const loop = found < 0 ? 0 : goesOn ? before.loop + 1 : 1;
  const dropped = digests.length >= REMEMBERED ? 1 : 0;
  return {
    digests: [...digests.slice(dropped), digest],
    same: 1,
    longestSame: Math.max(before.longestSame, 1),
    loop,
    loopNext: found < 0 ? -1 : found + 1 - dropped,
    longestLoop: Math.max(before.longestLoop, loop),
  };
}
