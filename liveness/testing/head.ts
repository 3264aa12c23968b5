import type { Point } from '../../models/contract.ts';
import { KEY, KEY_VERTICES, type KeyName } from '../../models/keypoints.ts';

/** Centimetres in the head's own frame: x to the person's left, y up, z towards the camera; the middle between the ears is 0. */
type Vertex = readonly [number, number, number];

/**
 * A rough head: points of the person's left half and of the middle, on an ellipsoid with a nose set on it; the right
 * half mirrors the left. Heights and breadths of an average face.
 */
const MIDDLE: Partial<Record<KeyName, readonly [y: number, relief: number]>> = {
  noseTip: [-1, 2.6],
  noseBase: [-2.1, 1.3],
  noseBridge: [2.4, 0.2],
  noseMiddle: [1, 1.2],
  noseRoot: [3, 0],
  noseLower: [0, 1.9],
  upperLip: [-3.4, 0.9],
  upperLipInner: [-4.1, 0.7],
  lowerLipInner: [-4.3, 0.7],
  lowerLip: [-5.3, 0.6],
  glabella: [3.8, 0.1],
  foreheadMiddle: [5.4, 0],
  chinMiddle: [-6.8, 0.5],
  forehead: [8, 0],
  chin: [-9, 0.3],
};
const LEFT: Partial<Record<KeyName, readonly [x: number, y: number, relief: number]>> = {
  leftNoseWing: [1.7, -1.4, 0.7],
  leftNostril: [0.9, -1.9, 1.1],
  leftEyeOuter: [4.5, 2.6, -0.3],
  leftEyeInner: [1.8, 2.5, -0.9],
  leftEyeUpper: [3.2, 3, -0.5],
  leftEyeLower: [3.2, 2.2, -0.6],
  leftBrowOuter: [5.5, 4, 0],
  leftBrowMiddle: [3.7, 4.6, 0.1],
  leftBrowInner: [1.4, 4.2, 0.2],
  leftMouthCorner: [2.5, -4.3, 0],
  upperLipLeft: [0.9, -3.5, 0.8],
  leftCheek: [4.2, -1, 0.1],
  leftCheekLower: [3.6, -2.4, 0.1],
  leftCheekBone: [5.9, 1, 0],
  leftForehead: [3.4, 6, 0],
  leftForeheadEdge: [2.6, 7.6, 0],
  leftTempleUpper: [5.2, 6, 0],
  leftTemple: [6.6, 4, 0],
  leftFaceEdge: [7.2, 0.7, 0],
  leftJawUpper: [6.9, -2.4, 0],
  leftJaw: [6, -5, 0],
  leftJawLower: [4.6, -7, 0],
  leftChin: [2.2, -8.7, 0.2],
};

/** Half axes of the ellipsoid, centimetres. */
const AXES: Vertex = [7.8, 11, 8.6];

export function headVertices(): readonly Vertex[] {
  const vertices: Vertex[] = KEY_VERTICES.map(() => [0, 0, 0]);
  for (const [name, [y, relief]] of Object.entries(MIDDLE)) {
    vertices[KEY[name as KeyName]] = [0, y, surface(0, y) + relief];
  }
  for (const [name, [x, y, relief]] of Object.entries(LEFT)) {
    vertices[KEY[name as KeyName]] = [x, y, surface(x, y) + relief];
    vertices[KEY[mirrored(name)]] = [-x, y, surface(x, y) + relief];
  }
  return vertices;
}

function mirrored(name: string): KeyName {
  return (name.startsWith('left') ? name.replace('left', 'right') : name.replace('Left', 'Right')) as KeyName;
}

function surface(x: number, y: number): number {
  return AXES[2] * Math.sqrt(Math.max(0, 1 - (x / AXES[0]) ** 2 - (y / AXES[1]) ** 2));
}

/** A print of that face: everything at the depth of the cheeks; `bend` > 0 curves it around the upright axis, centimetres at the edge. */
export function sheetVertices(bend = 0): readonly Vertex[] {
  return headVertices().map(([x, y]) => [x, y, 6 - bend * (x / 7.2) ** 2]);
}

export type View = {
  /** Degrees, signs of `Pose`. */
  readonly yaw: number;
  readonly pitch: number;
  /** Centimetres from the camera. */
  readonly distance: number;
  /** Focal length, pixels. */
  readonly focal: number;
  /** Where the head's middle is seen, pixels. */
  readonly centre: Point;
};

/** Rotates about the head's middle (the neck is further back, which only adds a shift) and projects: x y z each, pixels. */
export function project(vertices: readonly Vertex[], view: View): number[] {
  const [a, b] = [(view.yaw * Math.PI) / 180, (view.pitch * Math.PI) / 180];
  return vertices.flatMap(([x, y, z]) => {
    const up = y * Math.cos(b) + z * Math.sin(b);
    const near = z * Math.cos(b) - y * Math.sin(b);
    const right = x * Math.cos(a) - near * Math.sin(a);
    const towards = near * Math.cos(a) + x * Math.sin(a);
    const scale = view.focal / (view.distance - towards);
    return [view.centre.x + right * scale, view.centre.y - up * scale, -towards * (view.focal / view.distance)];
  });
}
