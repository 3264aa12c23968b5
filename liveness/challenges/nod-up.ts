import type { Challenge } from './challenge.ts';

/** The nose goes up: pitch > 0. */
export const nodUp: Challenge = { kind: 'nod-up', axis: 'pitch', sign: 1 };
