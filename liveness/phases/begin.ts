import { CHALLENGES } from '../challenges/index.ts';
import type { Prompt } from '../contract.ts';
import { reachOf } from '../motion.ts';
import type { ChallengePhase, LivenessState, LookPhase } from '../state.ts';
import type { Outcome } from './outcome.ts';

export function newLook(step: number, since: number): LookPhase {
  return {
    kind: 'look',
    step,
    since,
    settled: false,
    neutralSince: Number.NaN,
    neutralMs: 0,
    proven: false,
    awaySince: Number.NaN,
    awayFrames: 0,
    farSince: Number.NaN,
    farFrames: 0,
  };
}

/** Shows the prompt of challenge `step` from this frame on. */
export function newChallenge(state: LivenessState, step: number, at: number): Extract<Outcome, { kind: 'on' }> {
  const phase: ChallengePhase = {
    kind: 'challenge',
    step,
    promptAt: at,
    spentMs: 0,
    before: 0,
    reachedAt: Number.NaN,
    wrongSince: Number.NaN,
    wrongFrames: 0,
    sampled: 0,
  };
  const next = { ...state, phase };
  return { kind: 'on', state: next, prompt: challengePrompt(next, phase), wants: { pad: false, embedding: false } };
}

export function challengePrompt(state: LivenessState, phase: ChallengePhase): Prompt {
  const challenge = CHALLENGES[state.plan.steps[phase.step]!.challenge];
  const progress = Math.min(1, Math.max(0, phase.before / reachOf(challenge, state.settings)));
  return {
    kind: 'challenge',
    challenge: challenge.kind,
    progress: Math.round(progress * 100) / 100,
    done: phase.step,
    of: state.plan.steps.length,
    remainingMs: Math.max(0, Math.round(state.plan.stepLimitMs - phase.spentMs)),
  };
}
