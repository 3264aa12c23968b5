import type { Assistance } from './assistance.ts';

/** For a stiff neck: two motions, smaller ones, and twice the time. */
export const gentle: Assistance = {
  kind: 'gentle',
  motions: [2, 2],
  turns: 'one',
  stepLimitMs: 15_000,
  totalLimitMs: 60_000,
  settings: { turnReach: 12, nodReach: 8 },
};
