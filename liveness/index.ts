export type * from './contract.ts';
export { drawPlan } from './plan.ts';
export { begin, expire, judge, step } from './session.ts';
export type { LivenessState, Step, Wants } from './state.ts';
