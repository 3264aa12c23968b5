import type { Assistance } from './assistance.ts';

/**
 * For a stiff neck: two motions, smaller ones, and twice the time. What depth a small turn shows is less sure: with the
 * bars of large ones, 67 of 500 simulated people who turned by 14–20° were refused; with these 5, and of masks and prints
 * not one more passes (`eval:attacks`, seed 1), as fullness refuses them.
 */
export const gentle: Assistance = {
  kind: 'gentle',
  motions: [2, 2],
  turns: 'one',
  stepLimitMs: 15_000,
  totalLimitMs: 60_000,
  settings: { turnReach: 12, nodReach: 8, shallowness: 1.2, middleDepth: 0.75 },
};
