import type { Assistance } from './assistance.ts';

/** Three motions with a turn to each side, by the bars as they stand: a mask that rests askew shows its depth on one side only. */
export const none: Assistance = {
  kind: 'none',
  motions: [3, 3],
  stepLimitMs: 7_000,
  totalLimitMs: 40_000,
  settings: {},
};
