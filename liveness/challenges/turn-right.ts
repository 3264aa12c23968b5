import type { Challenge } from './challenge.ts';

/** The person's own right is the picture's left: yaw > 0. */
export const turnRight: Challenge = { kind: 'turn-right', axis: 'yaw', sign: 1 };
