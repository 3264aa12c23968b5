import type { FailReason } from '../contract.ts';
import type { Settings } from '../settings.ts';

/** Whether the person of the baseline is still there. */
export type Identity = {
  /** Embedding of the baseline, length 1; empty before it. */
  readonly reference: readonly number[];
  /** The track whose face is proven to be the baseline's; NaN before it. */
  readonly track: number;
  /** `at` of the first frame of another track, or after a sample that looked like somebody else; NaN without doubt. */
  readonly doubtSince: number;
  /** Samples in a row that looked like another person. */
  readonly others: number;
  /** Frontal samples: sum of cosines, and how many. */
  readonly sum: number;
  readonly count: number;
  /** Samples in motion. */
  readonly turnedSum: number;
  readonly turnedCount: number;
};

export const NOBODY: Identity = {
  reference: [],
  track: Number.NaN,
  doubtSince: Number.NaN,
  others: 0,
  sum: 0,
  count: 0,
  turnedSum: 0,
  turnedCount: 0,
};

/** What one frame says about who is there. */
export type Sighting = {
  readonly at: number;
  readonly track: number;
  readonly embedding?: readonly number[];
  /** A turned face resembles its owner less, one turned far does not at all. */
  readonly view: 'neutral' | 'turned' | 'far';
};

/** `proven`: this very frame carries an embedding of the baseline's person. */
export type Recognition = { readonly identity: Identity; readonly proven: boolean; readonly reason?: FailReason };

export function recognise(before: Identity, sighting: Sighting, settings: Settings): Recognition {
  const doubtful = sighting.track !== before.track || before.others > 0;
  const doubtSince = doubtful ? firstOf(before.doubtSince, sighting.at) : Number.NaN;
  const frontal = sighting.view === 'neutral';
  const score = sighting.view === 'far' ? undefined : cosine(before.reference, sighting.embedding);
  const identity = { ...before, doubtSince };
  if (score === undefined) return late(identity, sighting.at, settings, false);
  const counted = count(identity, score, frontal);
  const bar = frontal ? settings.sameFace : settings.sameFaceTurned;
  if (score < bar) return other(counted, sighting.at, settings);
  // A turned face that is only half like the baseline's does not end a doubt.
  if (doubtful && score < settings.sameFace) return late(counted, sighting.at, settings, true);
  const proven = { ...counted, track: sighting.track, doubtSince: Number.NaN, others: 0 };
  return { identity: proven, proven: frontal };
}

function other(identity: Identity, at: number, settings: Settings): Recognition {
  const others = identity.others + 1;
  const counted = { ...identity, others };
  if (others >= settings.otherFaceSamples) return { identity: counted, proven: false, reason: 'identity-changed' };
  return late(counted, at, settings, true);
}

/** Is the face that is followed the one of the baseline, as far as is known? */
export function isProven(identity: Identity, track: number): boolean {
  return identity.track === track && identity.others === 0;
}

/** Cosine −1…1; nothing unless both are vectors of one length with finite numbers. */
export function cosine(a: readonly number[], b: readonly number[] | undefined): number | undefined {
  if (b === undefined || a.length === 0 || a.length !== b.length) return undefined;
  let [dot, aa, bb] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    dot += a[index]! * b[index]!;
    aa += a[index]! ** 2;
    bb += b[index]! ** 2;
  }
  const value = dot / Math.sqrt(aa * bb);
  return Number.isFinite(value) ? value : undefined;
}

function late(identity: Identity, at: number, settings: Settings, seen: boolean): Recognition {
  const late = at - identity.doubtSince > settings.confirmMs;
  if (!late) return { identity, proven: false };
  return { identity, proven: false, reason: seen || identity.others > 0 ? 'identity-changed' : 'face-lost' };
}

function count(identity: Identity, score: number, frontal: boolean): Identity {
  return frontal
    ? { ...identity, sum: identity.sum + score, count: identity.count + 1 }
    : { ...identity, turnedSum: identity.turnedSum + score, turnedCount: identity.turnedCount + 1 };
}

function firstOf(known: number, now: number): number {
  return Number.isNaN(known) ? now : known;
}
