import type { Pose } from '../../models/contract.ts';
import type { FaceObservation, Hint } from '../contract.ts';
import { coverHint, isFrontal, lightHint, placeHint } from '../guidance.ts';
import { median } from '../motion.ts';
import { cosine } from '../signals/identity.ts';
import { addScore, NO_SCORES } from '../signals/pad.ts';
import { EMPTY } from '../signals/presence.ts';
import type { BaselinePhase, BaselineSample, LivenessState, Seen } from '../state.ts';
import { newLook } from './begin.ts';
import { lookPrompt, type Outcome, turnOf } from './outcome.ts';

/** Longest window, frames. */
const WINDOW = 32;

/** A head that moved is restless for so long, milliseconds. */
const STIRRED_MS = 500;

/** @param coveredMs what was given so far to take off a mask or sunglasses. */
export function newBaseline(coveredMs = 0): BaselinePhase {
  return { kind: 'baseline', window: [], stirredAt: Number.NaN, coveredMs };
}

/** Waits for one frontal, still face, and takes its neutral pose, points and embedding. */
export function stepBaseline(state: LivenessState, phase: BaselinePhase, seen: Seen): Outcome {
  const { settings } = state;
  const frontal = isFrontal(seen.face, settings);
  const place = placeHint(seen.observation, settings);
  if (place !== undefined) return waiting(state, newBaseline(phase.coveredMs), place);
  // Before the light: a dark mask darkens the whole face.
  const asked = frontal && phase.coveredMs < settings.coverMs;
  const cover = asked ? coverHint(seen.face, settings) : undefined;
  if (cover !== undefined) return waiting(state, newBaseline(phase.coveredMs + state.continuity.gap), cover);
  const hint = lightHint(seen.face, settings) ?? (frontal ? undefined : 'look-straight');
  if (hint !== undefined) return waiting(state, newBaseline(phase.coveredMs), hint);
  const { at } = seen.observation;
  const grown = grow(phase.window, sampleOf(at, seen.face));
  const window = calm(grown, settings.stillSpread);
  if (isSettled(window, state)) return begun(state, window, at);
  const stirredAt = window.length < grown.length ? at : phase.stirredAt;
  return waiting(state, { ...phase, window, stirredAt }, at - stirredAt < STIRRED_MS ? 'hold-still' : undefined);
}

/** A frame without a usable face: the window starts anew. */
export function breakBaseline(state: LivenessState): LivenessState {
  return { ...state, phase: newBaseline(state.phase.kind === 'baseline' ? state.phase.coveredMs : 0) };
}

function waiting(state: LivenessState, phase: BaselinePhase, hint: Hint | undefined): Outcome {
  const next: LivenessState = { ...state, phase };
  const known = phase.window.some((sample) => sample.embedding !== undefined);
  const wants = { pad: turnOf(next) === 'pad', embedding: phase.window.length > 0 && !known };
  return { kind: 'on', state: next, prompt: lookPrompt(next), ...(hint && { hint }), wants };
}

function begun(state: LivenessState, window: readonly BaselineSample[], at: number): Outcome {
  const reference = window.find((sample) => sample.embedding !== undefined)!.embedding!;
  const next: LivenessState = {
    ...state,
    phase: newLook(0, at),
    // Who else passed by before does not count.
    presence: EMPTY,
    neutral: { pose: medianPose(window), points: medianPoints(window) },
    identity: { ...state.identity, reference, track: window.at(-1)!.track },
    pad: window.reduce((scores, sample) => addScore(scores, sample.pad), NO_SCORES),
  };
  return { kind: 'on', state: next, prompt: lookPrompt(next), wants: { pad: false, embedding: true } };
}

function sampleOf(at: number, face: FaceObservation): BaselineSample {
  const { track, pose, embedding, pad } = face;
  const usable = embedding !== undefined && cosine(embedding, embedding) !== undefined;
  return {
    at,
    track,
    pose,
    points: face.points,
    ...(usable && { embedding }),
    ...(pad !== undefined && { pad }),
  };
}

function grow(window: readonly BaselineSample[], sample: BaselineSample): readonly BaselineSample[] {
  return window.at(-1)?.track === sample.track ? [...window.slice(1 - WINDOW), sample] : [sample];
}

/** The latest samples among which the pose hardly changes. */
function calm(window: readonly BaselineSample[], spread: number): readonly BaselineSample[] {
  for (let from = 0; from < window.length; from++) {
    const rest = window.slice(from);
    if (spreadOf(rest, 'yaw') <= spread && spreadOf(rest, 'pitch') <= spread) return rest;
  }
  return [];
}

function spreadOf(window: readonly BaselineSample[], axis: 'yaw' | 'pitch'): number {
  const angles = window.map((sample) => sample.pose[axis]);
  return Math.max(...angles) - Math.min(...angles);
}

function isSettled(window: readonly BaselineSample[], { settings }: LivenessState): boolean {
  if (window.length < settings.baselineFrames) return false;
  const lasted = window.at(-1)!.at - window[0]!.at >= settings.baselineMs;
  return lasted && window.some((sample) => sample.embedding !== undefined);
}

function medianPose(window: readonly BaselineSample[]): Pose {
  const of = (axis: keyof Pose) => median(window.map((sample) => sample.pose[axis]));
  return { yaw: of('yaw'), pitch: of('pitch'), roll: of('roll') };
}

function medianPoints(window: readonly BaselineSample[]): readonly number[] {
  return window[0]!.points.map((_, index) => median(window.map((sample) => sample.points[index]!)));
}
