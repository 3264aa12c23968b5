import { ASSISTANCES } from './assistance/index.ts';
import { CHALLENGES } from './challenges/index.ts';
import type { FailReason, Hint, Observation, Plan, Prompt, Verdict } from './contract.ts';
import { LivenessError } from './errors.ts';
import { readable } from './observation.ts';
import { breakBaseline, newBaseline, stepBaseline } from './phases/baseline.ts';
import { challengePrompt } from './phases/begin.ts';
import { stepChallenge } from './phases/challenge.ts';
import { breakLook, stepLook } from './phases/look.ts';
import { doneOf, lookPrompt, type Outcome } from './phases/outcome.ts';
import { DEFAULTS, type Settings } from './settings.ts';
import { NO_PICTURES, observePictures } from './signals/continuity.ts';
import { NO_CUTS, observeCuts } from './signals/cuts.ts';
import { NOBODY } from './signals/identity.ts';
import { NO_SCORES } from './signals/pad.ts';
import { NO_MOVEMENT, observeMovement } from './signals/plausibility.ts';
import { EMPTY, judgePresence, observePresence } from './signals/presence.ts';
import { NOT_TURNED, observeTurning } from './signals/turning.ts';
import type { LivenessState, Step, Wants } from './state.ts';
import { refuse, weigh } from './verdict.ts';

const NOTHING: Wants = { pad: false, embedding: false };

/**
 * A session before its first observation.
 * @param settings bars that differ from `DEFAULTS`; the judge has to know them too.
 * @throws LivenessError `plan-invalid`
 */
export function begin(plan: Plan, settings: Partial<Settings> = {}): LivenessState {
  checkPlan(plan);
  return {
    plan,
    settings: { ...DEFAULTS, ...ASSISTANCES[plan.assistance ?? 'none'].settings, ...settings },
    phase: newBaseline(),
    continuity: NO_PICTURES,
    presence: EMPTY,
    movement: NO_MOVEMENT,
    cuts: NO_CUTS,
    turning: NOT_TURNED,
    identity: NOBODY,
    pad: NO_SCORES,
    neutral: { pose: { yaw: 0, pitch: 0, roll: 0 }, points: [] },
    motions: [],
    prompt: { kind: 'look', done: 0, of: plan.steps.length },
  };
}

/** One observation further. After the verdict nothing changes any more. */
export function step(before: LivenessState, raw: Observation): Step {
  if (before.phase.kind === 'ended') return ended(before, before.phase.verdict);
  const observation = readable(raw);
  const { continuity, reason } = observePictures(before.continuity, observation, before.settings);
  if (reason !== undefined) return fail({ ...before, continuity }, reason);
  const presence = observePresence(before.presence, observation, continuity.gap, before.settings);
  const state = spend({ ...before, continuity, presence });
  const late = pastLimit(state);
  if (late !== undefined) return fail(state, late);
  const crowd = state.phase.kind === 'baseline' ? undefined : judgePresence(presence, state.settings);
  if (crowd !== undefined) return fail(state, crowd);
  return settle(look(state, observation), observation);
}

/**
 * For the time when no observation comes: a verdict once the frames stayed away too long or a limit passed, else the
 * same prompt. Changes nothing before the verdict, and the verdict does not depend on how late the call comes, so that
 * `judge` finds the same. Before the first observation the session has not begun: only `Infinity` ends it.
 * @param at milliseconds, the clock of the observations.
 */
export function expire(state: LivenessState, at: number): Step {
  if (state.phase.kind === 'ended') return ended(state, state.phase.verdict);
  const { at: deadline, reason } = firstDeadline(state);
  if (at > deadline || at === Number.POSITIVE_INFINITY) return fail(state, reason);
  return { state, prompt: state.prompt, keep: false, wants: NOTHING };
}

/**
 * The verdict on a transcript: the one that the device reached live, from the same plan and settings.
 * A transcript that ends before its verdict is one whose frames stayed away.
 * @throws LivenessError `plan-invalid`
 */
export function judge(plan: Plan, observations: readonly Observation[], settings: Partial<Settings> = {}): Verdict {
  let state = begin(plan, settings);
  for (const observation of observations) {
    const { state: next, verdict } = step(state, observation);
    if (verdict !== undefined) return verdict;
    state = next;
  }
  return expire(state, Number.POSITIVE_INFINITY).verdict!;
}

/** What the phase makes of the frame; without exactly one face every phase waits. */
function look(before: LivenessState, observation: Observation): Outcome {
  const { face, at } = observation;
  const { phase } = before;
  if (phase.kind === 'ended') return { kind: 'done', state: before };
  if (face === undefined || observation.faces > 1) {
    const state = interrupt(before);
    const prompt = state.phase.kind === 'challenge' ? challengePrompt(state, state.phase) : lookPrompt(state);
    return { kind: 'on', state, prompt, hint: face === undefined ? 'no-face' : 'one-person', wants: NOTHING };
  }
  const movement = observeMovement(before.movement, { at, track: face.track, pose: face.pose }, before.settings);
  const known = phase.kind === 'baseline' ? NO_CUTS : before.cuts;
  const cuts = observeCuts(known, observation, face, before.settings);
  const turning = phase.kind === 'baseline' ? before.turning : observeTurning(before.turning, before.neutral, face);
  const state = { ...before, movement, cuts, turning };
  const cut = cuts.count >= state.settings.cutFrames || cuts.seams >= 1;
  const spliced = movement.jumps >= state.settings.jumpFrames || cut;
  if (spliced) return { kind: 'failed', state, reason: 'time-irregular' };
  if (phase.kind === 'baseline') return stepBaseline(state, phase, { observation, face });
  if (phase.kind === 'look') return stepLook(state, phase, { observation, face });
  return stepChallenge(state, phase, { observation, face });
}

function interrupt(state: LivenessState): LivenessState {
  if (state.phase.kind === 'baseline') return breakBaseline(state);
  return state.phase.kind === 'look' ? breakLook(state, state.phase) : state;
}

function settle(outcome: Outcome, { at }: Observation): Step {
  if (outcome.kind === 'failed') return fail(outcome.state, outcome.reason);
  if (outcome.kind === 'done') return conclude(outcome.state, weigh(outcome.state), outcome.keep ?? false);
  const { hint: _, ...bare } = outcome.state;
  const hint = outcome.hint && { hint: outcome.hint, since: sinceOf(outcome.state, outcome.hint, at) };
  const lasted = hint !== undefined && at - hint.since >= outcome.state.settings.hintMs;
  const prompt: Prompt = lasted ? guidance(outcome.state, hint.hint) : outcome.prompt;
  const state: LivenessState = { ...bare, prompt, ...(hint && { hint }) };
  return { state, prompt, keep: outcome.keep ?? false, wants: outcome.wants };
}

function guidance(state: LivenessState, hint: Hint): Prompt {
  return { kind: 'guidance', hint, done: doneOf(state), of: state.plan.steps.length };
}

function sinceOf(state: LivenessState, hint: Hint, at: number): number {
  return state.hint?.hint === hint ? state.hint.since : at;
}

/** A challenge's time runs while its prompt is on the screen; under a hint it stands. */
function spend(state: LivenessState): LivenessState {
  if (state.phase.kind !== 'challenge' || state.prompt.kind !== 'challenge') return state;
  return { ...state, phase: { ...state.phase, spentMs: state.phase.spentMs + state.continuity.gap } };
}

function pastLimit({ plan, phase, continuity }: LivenessState): FailReason | undefined {
  if (continuity.lastAt - continuity.startedAt > plan.totalLimitMs) return 'session-timeout';
  return phase.kind === 'challenge' && phase.spentMs > plan.stepLimitMs ? 'challenge-timeout' : undefined;
}

function firstDeadline(state: LivenessState): { readonly at: number; readonly reason: FailReason } {
  const { continuity, plan, phase, prompt, settings } = state;
  if (continuity.frames === 0) return { at: Number.POSITIVE_INFINITY, reason: 'session-timeout' };
  const silence = { at: continuity.lastAt + settings.gapMs, reason: 'time-irregular' as const };
  const total = { at: continuity.startedAt + plan.totalLimitMs, reason: 'session-timeout' as const };
  const shown = phase.kind === 'challenge' && prompt.kind === 'challenge';
  const left = shown ? plan.stepLimitMs - phase.spentMs : Number.POSITIVE_INFINITY;
  const challenge = { at: continuity.lastAt + left, reason: 'challenge-timeout' as const };
  return [total, challenge, silence].reduce((first, other) => (other.at < first.at ? other : first));
}

function fail(state: LivenessState, reason: FailReason): Step {
  return conclude(state, refuse(state, reason), false);
}

function conclude(state: LivenessState, verdict: Verdict, keep: boolean): Step {
  const prompt: Prompt = { kind: 'finished' };
  return { state: { ...state, phase: { kind: 'ended', verdict }, prompt }, prompt, keep, wants: NOTHING, verdict };
}

function ended(state: LivenessState, verdict: Verdict): Step {
  return { state, prompt: { kind: 'finished' }, keep: false, wants: NOTHING, verdict };
}

function checkPlan({ steps, stepLimitMs, totalLimitMs, assistance = 'none' }: Plan): void {
  const helped = Object.hasOwn(ASSISTANCES, assistance) ? ASSISTANCES[assistance] : undefined;
  const known = steps.every(
    (one) => Object.hasOwn(CHALLENGES, one.challenge) && one.holdMs >= 0 && one.holdMs < totalLimitMs,
  );
  if (
    helped === undefined ||
    steps.length < Math.min(1, helped.motions[0]) ||
    !known ||
    !(stepLimitMs > 0) ||
    !(totalLimitMs > 0) ||
    totalLimitMs === Number.POSITIVE_INFINITY
  ) {
    throw new LivenessError(
      'plan-invalid',
      `plan of ${steps.length} steps: needs at least one known challenge unless nothing is asked for, holds and limits in milliseconds above 0`,
    );
  }
}
