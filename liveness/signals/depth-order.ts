import { KEY } from '../../models/keypoints.ts';
import { apply, choose, type Flat, fitHomography } from './homography.ts';
import { eyeDistance, sine } from './planarity.ts';

/** Skin that lies well behind the nose, all around it, and hardly moves with speech. */
const SURROUND = [
  KEY.rightEyeOuter,
  KEY.rightEyeInner,
  KEY.leftEyeOuter,
  KEY.leftEyeInner,
  KEY.rightCheek,
  KEY.leftCheek,
  KEY.rightCheekBone,
  KEY.leftCheekBone,
  KEY.rightForehead,
  KEY.leftForehead,
  KEY.foreheadMiddle,
  KEY.rightJawUpper,
  KEY.leftJawUpper,
  KEY.chinMiddle,
  KEY.rightJawLower,
  KEY.leftJawLower,
];

/**
 * Lead of the nose: in a turn the nose tip, nearest to the camera, runs ahead of the surface of the cheeks, eyes and
 * forehead, and to the side that the face turns to. In eye distances per sin of the angle, so that it is the height of
 * the nose over that surface; negative when the nose falls behind (a hollow mask, a sheet bent the wrong way); 0 for
 * a sheet.
 * @param yaw degrees from neutral; > 0 is a turn to the picture's left.
 */
export function noseLead(neutral: Flat, points: Flat, yaw: number): number | undefined {
  const eyes = eyeDistance(neutral);
  const mapping = fitHomography(choose(neutral, SURROUND), choose(points, SURROUND));
  if (!(eyes > 0) || mapping === undefined || !(Math.abs(yaw) >= 8)) return undefined;
  const nose = 2 * KEY.noseTip;
  const [x] = apply(mapping, neutral[nose]!, neutral[nose + 1]!);
  const ahead = Math.sign(-yaw) * (points[nose]! - x);
  const value = ahead / (eyes * sine(yaw));
  return Number.isFinite(value) ? value : undefined;
}
