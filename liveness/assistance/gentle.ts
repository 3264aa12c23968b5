import type { Assistance } from './assistance.ts';

/**
 * For a stiff neck: smaller motions and twice the time, but as many, with a turn to each side. Two motions with turns to
 * one side let 13 of 100 shallow masks pass, these none. What depth a small turn shows is less sure than that of a large
 * one: hence the two bars of it, between people who turn by 14–20° (0.969 and 0.85 or more) and such masks
 * (`npm run eval:attacks -- --assistance gentle`, docs/security.md).
 */
export const gentle: Assistance = {
  kind: 'gentle',
  motions: [3, 3],
  stepLimitMs: 15_000,
  totalLimitMs: 60_000,
  settings: { turnReach: 12, nodReach: 8, turnFullness: 0.965, middleDepth: 0.85 },
};
