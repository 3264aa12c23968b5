import { CHALLENGES } from '../challenges/index.ts';
import type { Hint } from '../contract.ts';
import { hintFor } from '../guidance.ts';
import { addEvidence, isAway, isFar, isNeutral, isReached, motionOf, viewOf } from '../motion.ts';
import { isProven, recognise } from '../signals/identity.ts';
import { addScore, isEnough } from '../signals/pad.ts';
import { stillScore } from '../signals/still.ts';
import type { LivenessState, LookPhase, Seen, Wants } from '../state.ts';
import { newChallenge } from './begin.ts';
import { lookPrompt, type Outcome, turnOf } from './outcome.ts';

/** Coming back from a motion takes this long without a word, milliseconds. */
const RETURN_MS = 1500;

const CALM = { awaySince: Number.NaN, awayFrames: 0, farSince: Number.NaN, farFrames: 0 } as const;

/** The neutral look before a challenge, and after the last: the only frames that PAD, still and identity come from. */
export function stepLook(before: LivenessState, phase: LookPhase, seen: Seen): Outcome {
  const { face, observation } = seen;
  const neutral = isNeutral(face.pose, before.neutral.pose, before.settings);
  const recognition = recognise(
    before.identity,
    { ...face, at: observation.at, view: viewOf(face.pose, before) },
    before.settings,
  );
  const state = { ...before, identity: recognition.identity };
  if (recognition.reason !== undefined) return { kind: 'failed', state, reason: recognition.reason };
  const mine = isProven(recognition.identity, face.track);
  const hint = hintFor(observation, state.settings);
  if (!mine || hint !== undefined)
    return wait(state, interrupted(phase), hint, { pad: false, embedding: !mine || neutral });
  if (!neutral) return stepAside(state, phase, seen);
  return stepNeutral(state, held(phase, observation.at, state, recognition.proven), seen, recognition.proven);
}

/** Nobody is there, or too many: the neutral look starts again. */
export function breakLook(state: LivenessState, phase: LookPhase): LivenessState {
  return { ...state, phase: interrupted(phase) };
}

function stepNeutral(state: LivenessState, phase: LookPhase, seen: Seen, proven: boolean): Outcome {
  const score = proven ? stillScore(seen.observation, seen.face, state.neutral.pose, state.settings) : 0;
  const keep = score > (state.still?.score ?? 0);
  const { seq } = seen.observation;
  const next: LivenessState = {
    ...state,
    phase,
    pad: addScore(state.pad, seen.face.pad),
    ...(keep && { still: { seq, score, sharpness: seen.face.quality.sharpness } }),
  };
  if (phase.step === state.plan.steps.length) return lastLook(next, phase, keep, seen.observation.at);
  const hold = state.plan.steps[phase.step]!.holdMs;
  const ready = seen.observation.at - phase.neutralSince >= hold && (phase.step === 0 || phase.proven);
  if (ready) return { ...newChallenge(next, phase.step, seen.observation.at), keep };
  return { kind: 'on', state: next, prompt: lookPrompt(next), keep, wants: wantsOf(next, phase) };
}

function lastLook(state: LivenessState, phase: LookPhase, keep: boolean, at: number): Outcome {
  const { settings, pad, still } = state;
  const lasted = at - phase.neutralSince >= settings.lastLookMs;
  const complete = lasted && phase.proven && isEnough(pad, settings) && still !== undefined;
  if (complete || phase.neutralMs > settings.lastLookLimitMs) return { kind: 'done', state, keep };
  return { kind: 'on', state, prompt: lookPrompt(state), keep, wants: wantsOf(state, phase) };
}

function wantsOf(state: LivenessState, phase: LookPhase): Wants {
  const last = phase.step === state.plan.steps.length;
  const turn = turnOf(state);
  const unproven = phase.step > 0 && !phase.proven;
  return {
    pad: turn === 'pad' || (last && !isEnough(state.pad, state.settings)),
    embedding: turn === 'embedding' || unproven || (last && state.still === undefined),
  };
}

/** Not neutral: on the way back from the challenge before, or away without having been asked. */
function stepAside(state: LivenessState, phase: LookPhase, seen: Seen): Outcome {
  const { at } = seen.observation;
  const { settings } = state;
  if (!phase.settled) {
    const hint = at - phase.since > RETURN_MS ? 'look-straight' : undefined;
    return wait(
      withEvidence(state, phase, seen),
      { ...phase, neutralSince: Number.NaN },
      hint,
      wantsAside(state, phase, seen),
    );
  }
  const next = strayed({ ...phase, neutralSince: Number.NaN }, at, seen, state);
  const long = next.awayFrames >= 3 && at - next.awaySince >= settings.earlyMs;
  const far = next.farFrames >= 2 && at - next.farSince >= settings.wrongMs;
  if (long || far) return { kind: 'failed', state: { ...state, phase: next }, reason: 'motion-early' };
  return wait(state, next, 'look-straight', wantsAside(state, phase, seen));
}

function strayed(phase: LookPhase, at: number, { face }: Seen, { neutral, settings }: LivenessState): LookPhase {
  const away = isAway(face.pose, neutral.pose, settings);
  const far = isFar(face.pose, neutral.pose, settings);
  return {
    ...phase,
    awaySince: away ? (Number.isNaN(phase.awaySince) ? at : phase.awaySince) : Number.NaN,
    awayFrames: away ? phase.awayFrames + 1 : 0,
    farSince: far ? (Number.isNaN(phase.farSince) ? at : phase.farSince) : Number.NaN,
    farFrames: far ? phase.farFrames + 1 : 0,
  };
}

/** Just after a challenge the head is still turned: what it shows belongs to that challenge. */
function withEvidence(state: LivenessState, phase: LookPhase, { face }: Seen): LivenessState {
  const evidence = state.motions.at(-1);
  if (phase.step === 0 || evidence === undefined) return state;
  const challenge = CHALLENGES[evidence.challenge];
  const motion = motionOf(challenge, face.pose, state.neutral.pose);
  if (!isReached(challenge, motion, state.settings)) return state;
  const added = addEvidence(evidence, challenge, face, state.neutral);
  return { ...state, motions: [...state.motions.slice(0, -1), added] };
}

/** On the way back the next frame may already be neutral: an embedding is what the look waits for. */
function wantsAside(state: LivenessState, phase: LookPhase, { face }: Seen): Wants {
  const near = viewOf(face.pose, state) !== 'far';
  return { pad: false, embedding: phase.step > 0 && !phase.proven && near };
}

function wait(state: LivenessState, phase: LookPhase, hint: Hint | undefined, wants: Wants): Outcome {
  const next = { ...state, phase };
  return { kind: 'on', state: next, prompt: lookPrompt(next), ...(hint && { hint }), wants };
}

function interrupted(phase: LookPhase): LookPhase {
  return { ...phase, ...CALM, neutralSince: Number.NaN };
}

function held(phase: LookPhase, at: number, state: LivenessState, proven: boolean): LookPhase {
  const unbroken = !Number.isNaN(phase.neutralSince);
  return {
    ...phase,
    settled: true,
    neutralSince: unbroken ? phase.neutralSince : at,
    neutralMs: phase.neutralMs + (unbroken ? state.continuity.gap : 0),
    proven: phase.proven || proven,
    ...CALM,
  };
}
