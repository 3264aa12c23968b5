import type { Assistance } from './assistance.ts';

/** Two or three motions, by the bars as they stand. */
export const none: Assistance = {
  kind: 'none',
  motions: [2, 3],
  stepLimitMs: 7_000,
  totalLimitMs: 40_000,
  settings: {},
};
