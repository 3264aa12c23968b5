import type { Challenge } from './challenge.ts';

/** The person's own left is the picture's right: yaw < 0. */
export const turnLeft: Challenge = { kind: 'turn-left', axis: 'yaw', sign: -1 };
