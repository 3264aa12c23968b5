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
  if (neutral.length < 12 || neutral.length !== points.length) return undefined;
  const from = centred(neutral);
  const to = centred(points);
  const moments = outer(from, from);
  // A face without any depth leaves the depth column open: let it be 0.
  for (let k = 0; k < 3; k++) moments[k]![k]! += 1e-6 * (moments[0]![0]! + moments[1]![1]!);
  const mixed = outer(from, to);
  const across = solve3(moments, column(mixed, 0));
  const down = solve3(moments, column(mixed, 1));
  if (across === undefined || down === undefined) return undefined;
  const ratio = Math.hypot(...across) / Math.hypot(...down);
  const value = axis === 'yaw' ? ratio : 1 / ratio;
  return Number.isFinite(value) ? value : undefined;
}

type Triple = readonly [number, number, number];

function centred(points: readonly number[]): readonly Triple[] {
  const count = Math.floor(points.length / 3);
  const mean = [0, 1, 2].map((axis) => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum += points[3 * index + axis]!;
    return sum / count;
  });
  const at = (index: number, axis: number) => points[3 * index + axis]! - mean[axis]!;
  return Array.from({ length: count }, (_, index) => [at(index, 0), at(index, 1), at(index, 2)] as const);
}

/** Σ a bᵀ. */
function outer(a: readonly Triple[], b: readonly Triple[]): number[][] {
  const sum = [0, 1, 2].map(() => [0, 0, 0]);
  for (const [index, left] of a.entries()) {
    for (let row = 0; row < 3; row++) {
      for (let col = 0; col < 3; col++) sum[row]![col]! += left[row]! * b[index]![col]!;
    }
  }
  return sum;
}

function column(matrix: readonly (readonly number[])[], index: number): Triple {
  return [matrix[0]![index]!, matrix[1]![index]!, matrix[2]![index]!];
}

/** Cramer's rule; nothing when singular. */
function solve3(matrix: readonly (readonly number[])[], right: Triple): Triple | undefined {
  const columns = [0, 1, 2].map((index) => column(matrix, index));
  const whole = determinant(columns[0]!, columns[1]!, columns[2]!);
  if (!(Math.abs(whole) > 0)) return undefined;
  const replaced = (index: number) => columns.map((one, at) => (at === index ? right : one));
  const part = (index: number) => determinant(...(replaced(index) as [Triple, Triple, Triple])) / whole;
  return [part(0), part(1), part(2)];
}

function determinant(a: Triple, b: Triple, c: Triple): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1]);
}
