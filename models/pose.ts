import type { Mesh, Pose } from './contract.ts';

/** The face that every mesh is compared with: centimetres, x to image right, y up, z towards the camera. */
export type ReferenceFace = {
  /** `vertices.length / 3` points, x y z each. */
  readonly vertices: Float32Array;
  /** The vertices that hardly move with speech, and how much each one counts. */
  readonly weights: readonly { readonly index: number; readonly weight: number }[];
};

/** Row by row. */
export type Rotation = readonly [
  xx: number,
  xy: number,
  xz: number,
  yx: number,
  yy: number,
  yz: number,
  zx: number,
  zy: number,
  zz: number,
];

const DEGREES = 180 / Math.PI;

/**
 * The head's pose: the rotation of the weighted similarity (Procrustes) that carries the reference face to the mesh,
 * seen in weak perspective. Yaw and pitch say where the nose points, whatever the roll.
 */
export function poseOf(mesh: Mesh, face: ReferenceFace): Pose {
  return anglesOf(rotationBetween(face, mesh.points));
}

/** Degrees, with the contract's signs: nose to image left, nose up, head clockwise. */
export function anglesOf(rotation: Rotation): Pose {
  const [, , xz, yx, yy, yz, , , zz] = rotation;
  const yaw = Math.atan2(-xz, zz);
  const pitch = Math.atan2(yz, Math.hypot(xz, zz));
  const roll = -Math.atan2(yx, yy);
  return { yaw: yaw * DEGREES, pitch: pitch * DEGREES, roll: roll * DEGREES };
}

/** Horn's closed form: the unit quaternion that best turns the weighted, centred reference onto the points. */
function rotationBetween(face: ReferenceFace, points: Float32Array): Rotation {
  const from = centroid(face, face.vertices);
  const to = centroid(face, points);
  const s = new Float64Array(9);
  for (const { index, weight } of face.weights) {
    const i = index * 3;
    // The picture's y grows down and z away; the reference's y up and z near.
    const x = points[i]! - to[0];
    const y = to[1] - points[i + 1]!;
    const z = to[2] - points[i + 2]!;
    for (let row = 0; row < 3; row++) {
      const source = weight * (face.vertices[i + row]! - from[row]!);
      s[row * 3]! += source * x;
      s[row * 3 + 1]! += source * y;
      s[row * 3 + 2]! += source * z;
    }
  }
  return fromQuaternion(largestEigenvector(hornMatrix(s)));
}

function centroid(face: ReferenceFace, points: Float32Array): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let total = 0;
  for (const { index, weight } of face.weights) {
    total += weight;
    for (let axis = 0; axis < 3; axis++) sum[axis]! += weight * points[index * 3 + axis]!;
  }
  return [sum[0] / total, sum[1] / total, sum[2] / total];
}

/** 4 × 4, row by row. */
function hornMatrix(s: Float64Array): Float64Array {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s as unknown as Rotation;
  return Float64Array.of(
    ...[xx + yy + zz, yz - zy, zx - xz, xy - yx],
    ...[yz - zy, xx - yy - zz, xy + yx, zx + xz],
    ...[zx - xz, xy + yx, yy - xx - zz, yz + zy],
    ...[xy - yx, zx + xz, yz + zy, zz - xx - yy],
  );
}

/** Jacobi's method for a symmetric 4 × 4 matrix. */
function largestEigenvector(matrix: Float64Array): number[] {
  const vectors = new Float64Array(16);
  for (let i = 0; i < 16; i += 5) vectors[i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < 3; p++) for (let q = p + 1; q < 4; q++) off += annihilate(matrix, vectors, p, q);
    if (off === 0) break;
  }
  let best = 0;
  for (let i = 1; i < 4; i++) if (matrix[i * 5]! > matrix[best * 5]!) best = i;
  return [0, 4, 8, 12].map((row) => vectors[row + best]!);
}

/** One Jacobi rotation that makes element (p, q) zero; answers with its former size, 0 when it was negligible. */
function annihilate(matrix: Float64Array, vectors: Float64Array, p: number, q: number): number {
  const element = matrix[p * 4 + q]!;
  const [pp, qq] = [matrix[p * 5]!, matrix[q * 5]!];
  if (Math.abs(element) <= 1e-15 * (Math.abs(pp) + Math.abs(qq))) return 0;
  const theta = (qq - pp) / (2 * element);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  for (let k = 0; k < 16; k += 4) rotate(matrix, k + p, k + q, c, t * c);
  for (let k = 0; k < 4; k++) {
    rotate(matrix, p * 4 + k, q * 4 + k, c, t * c);
    rotate(vectors, k * 4 + p, k * 4 + q, c, t * c);
  }
  return Math.abs(element);
}

function rotate(numbers: Float64Array, i: number, j: number, c: number, s: number): void {
  const one = numbers[i]!;
  const other = numbers[j]!;
  numbers[i] = c * one - s * other;
  numbers[j] = s * one + c * other;
}

function fromQuaternion(q: readonly number[]): Rotation {
  const [w, x, y, z] = q as [number, number, number, number];
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
}
