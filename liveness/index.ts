export type { Challenge } from './challenges/challenge.ts';
export { CHALLENGE_KINDS, CHALLENGES } from './challenges/index.ts';
export type * from './contract.ts';
export { type LivenessCode, LivenessError } from './errors.ts';
export { drawPlan } from './plan.ts';
export { begin, expire, judge, step } from './session.ts';
export { DEFAULTS, type Settings } from './settings.ts';
export type { LivenessState, Step, Wants } from './state.ts';
