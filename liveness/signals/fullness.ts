import { fitAffine } from './affine.ts';

/**
 * Fullness: how much of its breadth a turned face keeps, where a tilted sheet grows narrow.
 *
 * The neutral points, x y z as the mesh saw them, are taken to the picture of the turned face by the best affine camera
 * (2×3, least squares). A rigid head that rotates leaves the camera's two rows equally long: what the breadth loses by
 * the cosine, the depth gives back by the sine. A sheet tilted by θ keeps only the cosine, and a bent one little more,
 * although the mesh network draws a nose on it that moves like a real one. The value is the length of the row across
 * which the motion runs over that of the other: about 1 or more for a head.
 * @param neutral @param points x y z each, pixels.
 */
export function fullness(
  neutral: readonly number[],
  points: readonly number[],
  axis: 'yaw' | 'pitch',
): number | undefined {
  const fit = fitAffine(neutral, points);
  if (fit === undefined) return undefined;
  const ratio = Math.hypot(...fit.across) / Math.hypot(...fit.down);
  const value = axis === 'yaw' ? ratio : 1 / ratio;
  return Number.isFinite(value) ? value : undefined;
}
