import { CHALLENGES } from './challenges/index.ts';
import type { FailReason, Signal, Verdict } from './contract.ts';
import { median } from './motion.ts';
import { middleDepth } from './signals/middle-depth.ts';
import { isEnough, meanScore } from './signals/pad.ts';
import { shallowness } from './signals/shallowness.ts';
import type { LivenessState } from './state.ts';

/** A signal and the reason that it gives when it fails. */
type Judged = { readonly signal: Signal; readonly reason: FailReason; readonly measured: boolean };

/** The verdict of a finished plan: live only when every signal was measured and passed. */
export function weigh(state: LivenessState): Verdict {
  const judged = judgeSignals(state);
  const signals = judged.map((one) => one.signal);
  const failed = judged.filter((one) => !one.signal.passed);
  if (failed.length === 0 && state.still !== undefined && state.motions.length === state.plan.steps.length) {
    return { live: true, still: state.still.seq, signals };
  }
  const reasons = failed.map((one) => (one.measured ? one.reason : missing(one.reason)));
  return { live: false, reasons: unique(reasons.length > 0 ? reasons : ['session-timeout']), signals };
}

/** The verdict of a session that ended early: its cause first, then what had been measured and failed. */
export function refuse(state: LivenessState, cause: FailReason): Verdict {
  const judged = judgeSignals(state);
  const telling = judged.filter((one) => one.measured && !one.signal.passed).map((one) => one.reason);
  const unmet = cause === 'session-timeout' ? unmetBefore(state) : [];
  return { live: false, reasons: unique([cause, ...unmet, ...telling]), signals: judged.map((one) => one.signal) };
}

/** A score that was asked for and never came is no proof of an attack, but never a pass either. */
function missing(reason: FailReason): FailReason {
  return reason === 'no-frontal-still' || reason === 'flat-motion' ? reason : 'session-timeout';
}

/** What the session waited for all the time, so that the person can mend it. */
function unmetBefore(state: LivenessState): readonly FailReason[] {
  if (state.hint?.hint === 'one-person') return ['two-faces'];
  if (state.hint?.hint === 'no-face') return ['face-lost'];
  return state.phase.kind === 'look' && state.phase.step === state.plan.steps.length && state.still === undefined
    ? ['no-frontal-still']
    : [];
}

function judgeSignals(state: LivenessState): readonly Judged[] {
  const { continuity, presence, movement, identity, pad, settings, still } = state;
  const seen = continuity.frames > 1;
  const rate = continuity.slowestRate === Number.POSITIVE_INFINITY ? meanRate(state) : continuity.slowestRate;
  const known = identity.count > 0;
  return [
    least('frame-rate', rate, settings.slowestRate, 'time-irregular', seen),
    most('longest-gap-ms', continuity.longestGap, settings.gapMs, 'time-irregular'),
    most('pose-jumps', movement.jumps, settings.jumpFrames - 1, 'time-irregular'),
    most('cuts', state.cuts.count, settings.cutFrames - 1, 'time-irregular'),
    most('seams', state.cuts.seams, 0.5, 'time-irregular'),
    most('same-picture', continuity.longestSame, settings.frozenFrames - 1, 'picture-frozen'),
    most('repeated-pictures', continuity.longestLoop, settings.repeatFrames - 1, 'picture-repeats'),
    most('second-face-ms', presence.longestSecondMs, settings.secondFaceMs, 'two-faces'),
    most('face-gone-ms', presence.longestGoneMs, settings.goneMs, 'face-lost'),
    least('identity', known ? identity.sum / identity.count : 0, settings.sameFace, 'identity-changed', known),
    ...judgeTurned(state),
    least('pad', meanScore(pad), settings.padLeast, 'pad-attack', isEnough(pad, settings)),
    ...judgeMotions(state),
    ...judgeDepth(state),
    least('still-sharpness', still?.sharpness ?? 0, settings.stillSharpness, 'no-frontal-still', still !== undefined),
  ];
}

/** Nothing when no embedding was taken in motion: a short motion leaves no time for one. */
function judgeTurned({ identity, settings }: LivenessState): readonly Judged[] {
  const { turnedSum, turnedCount } = identity;
  if (turnedCount === 0) return [];
  return [least('identity-turned', turnedSum / turnedCount, settings.sameFaceTurned, 'identity-changed', true)];
}

function judgeMotions({ motions, settings }: LivenessState): readonly Judged[] {
  return motions.flatMap(({ challenge, reactionMs, reliefs, leads, fullnesses }, index) => {
    const turn = CHALLENGES[challenge].axis === 'yaw';
    const name = (signal: string) => `${index + 1}-${challenge}-${signal}`;
    const depth = (signal: string, values: readonly number[], bar: number) =>
      least(name(signal), median(values), bar, 'flat-motion', values.length > 0);
    return [
      least(name('reaction-ms'), reactionMs, settings.reactionMs, 'motion-early', true),
      depth('relief', reliefs, turn ? settings.turnRelief : settings.nodRelief),
      depth('fullness', fullnesses, turn ? settings.turnFullness : settings.nodFullness),
      ...(turn ? [depth('nose-lead', leads, settings.noseLead)] : []),
    ];
  });
}

/** Only turns show it: a plan of nods goes without. */
function judgeDepth({ motions, turning, settings }: LivenessState): readonly Judged[] {
  if (!motions.some(({ challenge }) => CHALLENGES[challenge].axis === 'yaw')) return [];
  const [stretch, depth] = [shallowness(turning), middleDepth(turning)];
  const measured = stretch !== undefined && depth !== undefined;
  return [
    most('shallowness', stretch ?? 0, settings.shallowness, 'flat-motion', measured),
    least('middle-depth', depth ?? 0, settings.middleDepth, 'flat-motion', measured),
  ];
}

function least(name: string, value: number, bar: number, reason: FailReason, measured: boolean): Judged {
  return { signal: { name, value: round(value), bar, passed: measured && value >= bar }, reason, measured };
}

function most(name: string, value: number, bar: number, reason: FailReason, measured = true): Judged {
  return { signal: { name, value: round(value), bar, passed: measured && value <= bar }, reason, measured };
}

function meanRate({ continuity }: LivenessState): number {
  const seconds = (continuity.lastAt - continuity.startedAt) / 1000;
  return seconds > 0 ? (continuity.frames - 1) / seconds : 0;
}

/** Audit values go through JSON: finite, four decimals. */
function round(value: number): number {
  if (!Number.isFinite(value)) return 0;
  const scaled = value * 1e4;
  // A number so large that it has no decimals stays as it is; + 0 because JSON knows no −0.
  return Number.isFinite(scaled) ? Math.round(scaled) / 1e4 + 0 : value;
}

function unique(reasons: readonly FailReason[]): readonly FailReason[] {
  return [...new Set(reasons)];
}
