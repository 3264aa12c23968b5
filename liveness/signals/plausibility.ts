import type { Pose } from '../../models/contract.ts';
import type { Settings } from '../settings.ts';

/** The pose of the latest frame with a face, and how often it jumped as no neck can. */
export type Movement = {
  readonly at: number;
  readonly track: number;
  readonly pose: Pose;
  readonly jumps: number;
};

export const NO_MOVEMENT: Movement = {
  at: Number.NaN,
  track: Number.NaN,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  jumps: 0,
};

/** Adds a pose. A jump is faster than `fastest` °/s and larger than `jumpLeast`: the mesh's noise is neither. */
export function observeMovement(
  before: Movement,
  now: { readonly at: number; readonly track: number; readonly pose: Pose },
  settings: Settings,
): Movement {
  const { at, track, pose } = now;
  const angle = Math.hypot(pose.yaw - before.pose.yaw, pose.pitch - before.pose.pitch);
  const seconds = (at - before.at) / 1000;
  const jumped = track === before.track && angle > settings.jumpLeast && angle > settings.fastest * seconds;
  return { at, track, pose, jumps: before.jumps + (jumped ? 1 : 0) };
}
