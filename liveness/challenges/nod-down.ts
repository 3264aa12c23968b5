import type { Challenge } from './challenge.ts';

/** The nose goes down: pitch < 0. */
export const nodDown: Challenge = { kind: 'nod-down', axis: 'pitch', sign: -1 };
