import { KEY } from '../../models/keypoints.ts';
import { type Flat, fitHomography, residual } from './homography.ts';

/** Under this angle, degrees, noise outweighs what a rotation shows. */
const LEAST_ANGLE = 8;

/**
 * Relief: how far the points moved in a way that no flat sheet can move, for the angle that the head turned.
 *
 * `rms(points − H(neutral)) / (eye distance × sin angle)`, with H the best homography. A sheet, however it is tilted,
 * moves by a homography: only noise remains. A head rotated by θ shifts each point by its depth × sin θ; what is not
 * explained by a plane is the relief of the face, in eye distances: about 0.2 for a head, whatever the angle.
 * @param angle degrees between the two poses, on the axis of the challenge.
 */
export function relief(neutral: Flat, points: Flat, angle: number): number | undefined {
  const eyes = eyeDistance(neutral);
  if (!(eyes > 0) || !(Math.abs(angle) >= LEAST_ANGLE)) return undefined;
  const mapping = fitHomography(points, neutral);
  if (mapping === undefined) return undefined;
  const value = residual(mapping, points, neutral) / (eyes * sine(angle));
  return Number.isFinite(value) ? value : undefined;
}

/** Between the outer corners of the eyes, pixels. */
export function eyeDistance(flat: Flat): number {
  const [a, b] = [2 * KEY.rightEyeOuter, 2 * KEY.leftEyeOuter];
  return Math.hypot(flat[a]! - flat[b]!, flat[a + 1]! - flat[b + 1]!);
}

export function sine(degrees: number): number {
  return Math.abs(Math.sin((degrees * Math.PI) / 180));
}
