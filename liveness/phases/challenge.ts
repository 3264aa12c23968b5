import type { Challenge } from '../challenges/challenge.ts';
import { CHALLENGES } from '../challenges/index.ts';
import { addEvidence, isReached, isWrong, type Motion, motionOf, reachOf, viewOf } from '../motion.ts';
import { isProven, recognise } from '../signals/identity.ts';
import type { ChallengePhase, LivenessState, Seen } from '../state.ts';
import { challengePrompt, newLook } from './begin.ts';
import { lookPrompt, type Outcome } from './outcome.ts';

/** Embeddings taken in one motion, and the angle from which they are, degrees. */
const SAMPLES = 3;
const SAMPLE_FROM = 5;

/** Follows the motion until it is the one asked for, clearly another, or too late (the session looks after the time). */
export function stepChallenge(before: LivenessState, phase: ChallengePhase, seen: Seen): Outcome {
  const { face, observation } = seen;
  const { settings } = before;
  const recognition = recognise(
    before.identity,
    { ...face, at: observation.at, view: viewOf(face.pose, before) },
    settings,
  );
  const state = { ...before, identity: recognition.identity };
  if (recognition.reason !== undefined) return { kind: 'failed', state, reason: recognition.reason };
  if (!isProven(recognition.identity, face.track)) return follow(state, { ...phase, before: 0 }, true);
  const challenge = CHALLENGES[state.plan.steps[phase.step]!.challenge];
  const motion = motionOf(challenge, face.pose, state.neutral.pose);
  const sampled = phase.sampled + (face.embedding === undefined ? 0 : 1);
  const next = watchWrong({ ...phase, sampled }, challenge, motion, observation.at, state);
  if (isWrongLong(next, observation.at, state)) return { kind: 'failed', state, reason: 'wrong-motion' };
  if (isReached(challenge, motion, settings)) return reached(state, next, challenge, motion, seen);
  const moved = { ...next, before: motion.along, reachedAt: Number.NaN };
  return follow(state, moved, motion.along >= SAMPLE_FROM && sampled < SAMPLES && state.continuity.frames % 2 === 0);
}

function follow(state: LivenessState, phase: ChallengePhase, embedding: boolean): Outcome {
  const next = { ...state, phase };
  return { kind: 'on', state: next, prompt: challengePrompt(next, phase), wants: { pad: false, embedding } };
}

function reached(
  state: LivenessState,
  phase: ChallengePhase,
  challenge: Challenge,
  motion: Motion,
  seen: Seen,
): Outcome {
  const reachedAt = Number.isNaN(phase.reachedAt) ? seen.observation.at : phase.reachedAt;
  // One stray frame is no motion: the frame before has to have been at least half way.
  if (phase.before < reachOf(challenge, state.settings) / 2) {
    return follow(state, { ...phase, reachedAt, before: motion.along }, false);
  }
  const reactionMs = reachedAt - phase.promptAt;
  if (reactionMs < state.settings.reactionMs) return { kind: 'failed', state, reason: 'motion-early' };
  const none = { challenge: challenge.kind, reactionMs, reliefs: [], leads: [], fullnesses: [] };
  const evidence = addEvidence(none, challenge, seen.face, state.neutral);
  const next: LivenessState = {
    ...state,
    motions: [...state.motions, evidence],
    phase: newLook(phase.step + 1, seen.observation.at),
  };
  return {
    kind: 'on',
    state: next,
    prompt: lookPrompt(next),
    wants: { pad: false, embedding: phase.sampled < SAMPLES },
  };
}

function watchWrong(
  phase: ChallengePhase,
  challenge: Challenge,
  motion: Motion,
  at: number,
  state: LivenessState,
): ChallengePhase {
  if (!isWrong(challenge, motion, state.settings)) return { ...phase, wrongSince: Number.NaN, wrongFrames: 0 };
  const wrongSince = Number.isNaN(phase.wrongSince) ? at : phase.wrongSince;
  return { ...phase, wrongSince, wrongFrames: phase.wrongFrames + 1 };
}

function isWrongLong(phase: ChallengePhase, at: number, { settings }: LivenessState): boolean {
  return phase.wrongFrames >= 2 && at - phase.wrongSince >= settings.wrongMs;
}
