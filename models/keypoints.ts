/**
 * The vertices of the 468-point mesh that an observation carries: spread over the whole face, on skin that hardly
 * moves with speech as well as on lips and lids, so that a plane (a sheet, a screen) can be told from a head.
 * Numbers are vertex indices of MediaPipe's canonical face. Left and right are the person's OWN (right is image-left).
 */
const named = {
  noseTip: 1,
  noseBase: 2,
  noseBridge: 6,
  noseMiddle: 197,
  noseRoot: 168,
  noseLower: 195,
  rightNoseWing: 129,
  leftNoseWing: 358,
  rightNostril: 98,
  leftNostril: 327,
  rightEyeOuter: 33,
  rightEyeInner: 133,
  rightEyeUpper: 159,
  rightEyeLower: 145,
  leftEyeOuter: 263,
  leftEyeInner: 362,
  leftEyeUpper: 386,
  leftEyeLower: 374,
  rightBrowOuter: 70,
  rightBrowMiddle: 105,
  rightBrowInner: 107,
  leftBrowOuter: 300,
  leftBrowMiddle: 334,
  leftBrowInner: 336,
  rightMouthCorner: 61,
  leftMouthCorner: 291,
  upperLip: 0,
  upperLipRight: 37,
  upperLipLeft: 267,
  upperLipInner: 13,
  lowerLipInner: 14,
  lowerLip: 17,
  rightCheek: 50,
  leftCheek: 280,
  rightCheekLower: 205,
  leftCheekLower: 425,
  rightCheekBone: 116,
  leftCheekBone: 345,
  glabella: 9,
  foreheadMiddle: 151,
  rightForehead: 104,
  leftForehead: 333,
  chinMiddle: 199,
  forehead: 10,
  leftForeheadEdge: 297,
  leftTempleUpper: 284,
  leftTemple: 389,
  leftFaceEdge: 454,
  leftJawUpper: 361,
  leftJaw: 397,
  leftJawLower: 379,
  leftChin: 400,
  chin: 152,
  rightChin: 176,
  rightJawLower: 150,
  rightJaw: 172,
  rightJawUpper: 132,
  rightFaceEdge: 234,
  rightTemple: 162,
  rightTempleUpper: 54,
  rightForeheadEdge: 67,
} as const;

/** Name of a point that an observation carries. */
export type KeyName = keyof typeof named;

/** Mesh vertex of each point of `FaceObservation.points`, in its order: point k is at `points[3k … 3k+2]`. */
export const KEY_VERTICES: readonly number[] = Object.values(named);

/** Where a named point stands within `KEY_VERTICES`; left and right are the person's own. */
export const KEY: Readonly<Record<KeyName, number>> = Object.fromEntries(
  Object.keys(named).map((name, position) => [name, position]),
) as Record<KeyName, number>;
