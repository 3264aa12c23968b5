/** The best affine camera, 2 rows × 3 columns, from points in space to points of a picture, both about their means. */
export type Affine = { readonly across: Triple; readonly down: Triple };

export type Triple = readonly [number, number, number];

/**
 * Least squares; nothing for too few points, lists of different lengths, or points that leave the camera open.
 * @param from x y z each. @param to x y z each, z unused.
 */
export function fitAffine(from: readonly number[], to: readonly number[]): Affine | undefined {
  if (from.length < 12 || from.length !== to.length) return undefined;
  const a = centred(from);
  const b = centred(to);
  const moments = outer(a, a);
  // A face without any depth leaves the depth column open: let it be 0.
  for (let k = 0; k < 3; k++) moments[k]![k]! += 1e-6 * (moments[0]![0]! + moments[1]![1]!);
  const mixed = outer(a, b);
  const across = solve3(moments, column(mixed, 0));
  const down = solve3(moments, column(mixed, 1));
  return across && down && { across, down };
}

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
