import { fivePoints } from './align.ts';
import type { Box, Detection, Mesh, Point, Pose } from './contract.ts';
import type { FaceQuality } from './quality.ts';

/** Why a face cannot serve as a picture that is compared with another one. */
export type FaceFault = 'doubtful' | 'small' | 'cut-off' | 'turned' | 'blurred';

/** All that one still says of its largest face. */
export type Examined = {
  readonly detection: Detection;
  readonly mesh: Mesh;
  /** Around the mesh, pixels. */
  readonly box: Box;
  readonly pose: Pose;
  /** Of the same box. */
  readonly quality: FaceQuality;
};

/**
 * The mesh completes half a face from imagination, so that nothing seems to reach over the edge; the detector is less
 * sure of it. Its score: half faces of CASIA-FaceV5 .51 to .69; whole faces there, of NUAA and of Pointing'04 (pan and
 * tilt up to 15°) .78 and more.
 */
const SCORE = 0.72;
/**
 * Detector and mesh place eyes, nose and mouth apart by this share of the face's width: whole faces .076 at most in front
 * of a webcam, half ones .11 to .24.
 */
const DISAGREEMENT = 0.15;
const PRESENCE = 0.5;
/**
 * Pixels: what the embedder's 112 are cut from. Shrunk by computer to a width of 60, 44 and 36, live faces of NUAA lose
 * .01, .035 and .08 of their comparison score in the middle; at 44 none of 112 (with CASIA) falls below the threshold.
 */
const SIDE = 44;
const INSIDE = 0.95;
/** Degrees, absolute; pitch is wide, since cameras look up or down at people. */
const YAW = 20;
const PITCH = 22;
/** Grey levels², see `FaceQuality`. */
const SHARPNESS = 5;

/** The gate before a comparison: the first thing amiss with the face, or nothing. Pure. */
export function faultOf({ detection, mesh, box, pose, quality }: Examined): FaceFault | undefined {
  // Asked for what is good: a number that is none passes nothing.
  if (!(detection.score >= SCORE && mesh.presence >= PRESENCE)) return 'doubtful';
  if (!(disagreement(detection, mesh, box) <= DISAGREEMENT)) return 'doubtful';
  if (!(Math.min(box.width, box.height) >= SIDE)) return 'small';
  if (!(quality.inside >= INSIDE)) return 'cut-off';
  if (!(Math.abs(pose.yaw) <= YAW && Math.abs(pose.pitch) <= PITCH)) return 'turned';
  return quality.sharpness >= SHARPNESS ? undefined : 'blurred';
}

/** Farthest that detector and mesh place eyes, nose or mouth from each other, as a share of the face's width. */
function disagreement({ keypoints }: Detection, mesh: Mesh, box: Box): number {
  const [eye, otherEye, nose, corner, otherCorner] = fivePoints(mesh) as [Point, Point, Point, Point, Point];
  const mouth = { x: (corner.x + otherCorner.x) / 2, y: (corner.y + otherCorner.y) / 2 };
  const far = [eye, otherEye, nose, mouth].map((point, i) => {
    const other = keypoints[i]!;
    return Math.hypot(point.x - other.x, point.y - other.y);
  });
  return Math.max(...far) / box.width;
}
