import type { Assistance } from './assistance.ts';

/** Nothing is asked of the head: PAD, identity and the pictures decide, beside the word of a member of staff. */
export const attested: Assistance = {
  kind: 'attested',
  motions: [0, 0],
  stepLimitMs: 15_000,
  totalLimitMs: 60_000,
  settings: { lastLookMs: 3_000, lastLookLimitMs: 20_000, padFrames: 12, padLeast: 0.7 },
};
