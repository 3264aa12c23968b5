import type { Pose } from '../../models/contract.ts';
import { KEY, type KeyName } from '../../models/keypoints.ts';
import { type Affine, fitAffine, type Triple } from './affine.ts';

/**
 * What the turns of a session show of depth, for signals/shallowness.ts and signals/middle-depth.ts.
 *
 * The neutral points, with the depth that the mesh gives them, are taken to each picture of a turn by the best affine
 * camera; (a, ·, b) is its row across, d the length of its row down, t = b/a. Were the points' depths true, a rigid head
 * would have a² + b² = d² in each picture: what the breadth loses, the depth gives back. Were the thing that turns the seen
 * head stretched, in the plane that it turns in, by a matrix with the square Q = (1 q; q p), it would have
 * a² + 2q·ab + p·b² = d² instead, that is 2q·t + p·t² = d²/a² − 1. This is the self-calibration of an affine camera
 * (Tomasi and Kanade 1992) for a shape that is known but for its depth: p is 1/r² for a mask of the r-th part of a head's
 * depth, less than 1 for a head, as the mesh makes noses too short.
 */
export type Turning = {
  /** Points inside the face: along its rim the mesh follows what is just visible, another place at each angle. */
  readonly inner: TurnSums;
  /** Eyes and nose, which the mesh places best, and which no expression moves far. */
  readonly middle: TurnSums;
};

/** Sums over pictures of products of u = 2t, v = t² and y = d²/a² − 1. */
export type TurnSums = {
  readonly frames: number;
  readonly uu: number;
  readonly uv: number;
  readonly vv: number;
  readonly uy: number;
  readonly vy: number;
};

const NONE: TurnSums = { frames: 0, uu: 0, uv: 0, vv: 0, uy: 0, vy: 0 };

export const NOT_TURNED: Turning = { inner: NONE, middle: NONE };

const positions = (fits: (name: string) => boolean): readonly number[] =>
  (Object.keys(KEY) as KeyName[]).filter(fits).map((name) => KEY[name]);
const INNER = positions((name) => !/Edge|Temple|Jaw|Chin|^chin|^forehead$/.test(name));
const MIDDLE = positions((name) => /Eye|nose|Nose|Nostril/.test(name));

/** Degrees of yaw from neutral between which a picture tells something, and of pitch that a turn may have by the way. */
const YAW = [3, 45] as const;
const PITCH = { least: 8, share: 0.4 } as const;

/** `points`: x y z each, pixels, of `KEY_VERTICES`. */
type View = { readonly pose: Pose; readonly points: readonly number[] };

/** Adds a picture; one of a head that hardly turns, turns very far or nods says nothing. */
export function observeTurning(before: Turning, neutral: View, { pose, points }: View): Turning {
  const angle = Math.abs(pose.yaw - neutral.pose.yaw);
  const nod = Math.abs(pose.pitch - neutral.pose.pitch);
  const telling = angle >= YAW[0] && angle <= YAW[1] && nod <= Math.max(PITCH.least, PITCH.share * angle);
  if (!telling) return before;
  const seen = (sums: TurnSums, of: readonly number[]) =>
    add(sums, fitAffine(choose(neutral.points, of), choose(points, of)));
  return { inner: seen(before.inner, INNER), middle: seen(before.middle, MIDDLE) };
}

function add(sums: TurnSums, fit: Affine | undefined): TurnSums {
  if (fit === undefined) return sums;
  const { across, down } = upright(fit);
  const [a, , b] = across;
  const y = (down[0] ** 2 + down[1] ** 2 + down[2] ** 2) / a ** 2 - 1;
  if (!(a > 0) || !Number.isFinite(y)) return sums;
  const [u, v] = [(2 * b) / a, (b / a) ** 2];
  return {
    frames: sums.frames + 1,
    uu: sums.uu + u * u,
    uv: sums.uv + u * v,
    vv: sums.vv + v * v,
    uy: sums.uy + u * y,
    vy: sums.vy + v * y,
  };
}

/** The camera turned about its axis, so that a head that leans towards a shoulder stands upright. */
function upright({ across, down }: Affine): Affine {
  const lean = Math.atan2(down[0] - across[1], across[0] + down[1]);
  const [cos, sin] = [Math.cos(lean), Math.sin(lean)];
  const row = (a: number, b: number): Triple => [
    a * across[0] + b * down[0],
    a * across[1] + b * down[1],
    a * across[2] + b * down[2],
  ];
  return { across: row(cos, sin), down: row(-sin, cos) };
}

function choose(points: readonly number[], positions: readonly number[]): number[] {
  return positions.flatMap((at) => [points[3 * at]!, points[3 * at + 1]!, points[3 * at + 2]!]);
}
