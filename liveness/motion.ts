import type { Pose } from '../models/contract.ts';
import type { Challenge } from './challenges/challenge.ts';
import type { Settings } from './settings.ts';
import { noseLead } from './signals/depth-order.ts';
import { fullness } from './signals/fullness.ts';
import { flatten } from './signals/homography.ts';
import { relief } from './signals/planarity.ts';
import type { LivenessState, MotionEvidence, Neutral } from './state.ts';

/** Samples kept of one challenge. */
const SAMPLES = 16;

/** A pose relative to the person's own neutral one, seen from a challenge: degrees. */
export type Motion = {
  /** > 0 is the way that is asked for. */
  readonly along: number;
  /** On the other axis, absolute. */
  readonly across: number;
};

export function motionOf(challenge: Challenge, pose: Pose, neutral: Pose): Motion {
  const yaw = pose.yaw - neutral.yaw;
  const pitch = pose.pitch - neutral.pitch;
  return challenge.axis === 'yaw'
    ? { along: challenge.sign * yaw, across: Math.abs(pitch) }
    : { along: challenge.sign * pitch, across: Math.abs(yaw) };
}

export function isNeutral(pose: Pose, neutral: Pose, settings: Settings): boolean {
  return (
    Math.abs(pose.yaw - neutral.yaw) <= settings.neutralYaw &&
    Math.abs(pose.pitch - neutral.pitch) <= settings.neutralPitch
  );
}

/** What an embedding taken now is worth. */
export function viewOf(
  pose: Pose,
  { neutral, settings }: Pick<LivenessState, 'neutral' | 'settings'>,
): 'neutral' | 'turned' | 'far' {
  if (isNeutral(pose, neutral.pose, settings)) return 'neutral';
  const yaw = Math.abs(pose.yaw - neutral.pose.yaw);
  const pitch = Math.abs(pose.pitch - neutral.pose.pitch);
  return yaw <= settings.comparableYaw && pitch <= settings.comparablePitch ? 'turned' : 'far';
}

/** Has the head left the neutral look? Between this and `isNeutral` it wavers. */
export function isAway(pose: Pose, neutral: Pose, settings: Settings): boolean {
  return (
    Math.abs(pose.yaw - neutral.yaw) > settings.earlyYaw || Math.abs(pose.pitch - neutral.pitch) > settings.earlyPitch
  );
}

/** Is it as large a motion as a challenge asks for? */
export function isFar(pose: Pose, neutral: Pose, settings: Settings): boolean {
  return (
    Math.abs(pose.yaw - neutral.yaw) >= settings.turnReach ||
    Math.abs(pose.pitch - neutral.pitch) >= settings.wrongPitch
  );
}

/** Degrees that the challenge asks for. */
export function reachOf(challenge: Challenge, settings: Settings): number {
  return challenge.axis === 'yaw' ? settings.turnReach : settings.nodReach;
}

export function isReached(challenge: Challenge, motion: Motion, settings: Settings): boolean {
  if (motion.along < reachOf(challenge, settings)) return false;
  if (challenge.axis === 'yaw') return motion.across <= settings.turnAcross * motion.along;
  return motion.across <= Math.max(settings.nodYawFree, settings.nodAcross * motion.along);
}

/** A clear motion that was not asked for: the opposite one, or one on the other axis that outweighs this one. */
export function isWrong(challenge: Challenge, motion: Motion, settings: Settings): boolean {
  const away = Math.abs(motion.along);
  const opposite = motion.along <= -reachOf(challenge, settings);
  const limit = challenge.axis === 'yaw' ? settings.wrongPitch : settings.turnReach;
  return (opposite && motion.across <= away) || (motion.across >= limit && motion.across > away);
}

/** Adds what this frame, turned at least as far as the challenge asks, shows of the face's depth. */
export function addEvidence(
  evidence: MotionEvidence,
  challenge: Challenge,
  face: { readonly pose: Pose; readonly points: readonly number[] },
  neutral: Neutral,
): MotionEvidence {
  if (evidence.reliefs.length >= SAMPLES) return evidence;
  const points = flatten(face.points);
  const angle = face.pose[challenge.axis] - neutral.pose[challenge.axis];
  const front = flatten(neutral.points);
  const height = relief(front, points, angle);
  const full = fullness(neutral.points, face.points, challenge.axis);
  const lead = challenge.axis === 'yaw' ? noseLead(front, points, angle) : undefined;
  return {
    ...evidence,
    reliefs: height === undefined ? evidence.reliefs : [...evidence.reliefs, height],
    fullnesses: full === undefined ? evidence.fullnesses : [...evidence.fullnesses, full],
    leads: lead === undefined ? evidence.leads : [...evidence.leads, lead],
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
