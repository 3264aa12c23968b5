/** Flat list of picture points: x0, y0, x1, y1 … pixels. */
export type Flat = readonly number[];

/** Row-major 3×3, the last element 1, between normalised points; `apply` takes and gives pixels. */
export type Homography = {
  readonly matrix: readonly number[];
  readonly from: Normal;
  readonly to: Normal;
};

type Normal = { readonly x: number; readonly y: number; readonly scale: number };

/** x and y of the x y z triples of an observation. */
export function flatten(points: readonly number[]): number[] {
  const flat: number[] = [];
  for (let at = 0; at + 1 < points.length; at += 3) flat.push(points[at]!, points[at + 1]!);
  return flat;
}

/** The points at these positions only. */
export function choose(flat: Flat, positions: readonly number[]): number[] {
  return positions.flatMap((position) => [flat[2 * position]!, flat[2 * position + 1]!]);
}

/**
 * The plane-to-plane mapping (8 degrees of freedom: all that a flat sheet can do before a pinhole camera) that takes
 * `from` to `to` best: direct linear transformation on normalised points (Hartley), least squares.
 * Nothing when the points are too few or lie on a line.
 */
export function fitHomography(from: Flat, to: Flat): Homography | undefined {
  if (from.length < 8 || from.length !== to.length) return undefined;
  const a = normalise(from);
  const b = normalise(to);
  if (!(a.scale > 0 && b.scale > 0)) return undefined;
  const system = normalEquations(from, to, a, b);
  const solution = solve(system, 8);
  return solution && { matrix: [...solution, 1], from: a, to: b };
}

/** Where the mapping takes (x, y). */
export function apply(h: Homography, x: number, y: number): readonly [number, number] {
  const [m, u, v] = [h.matrix, (x - h.from.x) * h.from.scale, (y - h.from.y) * h.from.scale];
  const w = m[6]! * u + m[7]! * v + m[8]!;
  return [
    (m[0]! * u + m[1]! * v + m[2]!) / w / h.to.scale + h.to.x,
    (m[3]! * u + m[4]! * v + m[5]!) / w / h.to.scale + h.to.y,
  ];
}

/** Root mean square distance, pixels, between `to` and where the mapping takes `from`. */
export function residual(h: Homography, from: Flat, to: Flat): number {
  let sum = 0;
  for (let at = 0; at < from.length; at += 2) {
    const [x, y] = apply(h, from[at]!, from[at + 1]!);
    sum += (x - to[at]!) ** 2 + (y - to[at + 1]!) ** 2;
  }
  return Math.sqrt(sum / (from.length / 2));
}

/** Mean to the origin, mean distance from it to √2. */
function normalise(flat: Flat): Normal {
  const count = flat.length / 2;
  let [x, y] = [0, 0];
  for (let at = 0; at < flat.length; at += 2) {
    x += flat[at]! / count;
    y += flat[at + 1]! / count;
  }
  let spread = 0;
  for (let at = 0; at < flat.length; at += 2) spread += Math.hypot(flat[at]! - x, flat[at + 1]! - y) / count;
  return { x, y, scale: spread > 1e-9 ? Math.SQRT2 / spread : 0 };
}

/** AᵀA and Aᵀb of the 2n equations in 8 unknowns, as 8 rows of 9. */
function normalEquations(from: Flat, to: Flat, a: Normal, b: Normal): number[][] {
  const rows = Array.from({ length: 8 }, () => new Array<number>(9).fill(0));
  for (let at = 0; at < from.length; at += 2) {
    const x = (from[at]! - a.x) * a.scale;
    const y = (from[at + 1]! - a.y) * a.scale;
    const u = (to[at]! - b.x) * b.scale;
    const v = (to[at + 1]! - b.y) * b.scale;
    accumulate(rows, [x, y, 1, 0, 0, 0, -u * x, -u * y, u]);
    accumulate(rows, [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  }
  return rows;
}

function accumulate(rows: number[][], equation: readonly number[]): void {
  for (let row = 0; row < 8; row++) {
    const factor = equation[row]!;
    if (factor === 0) continue;
    for (let column = 0; column < 9; column++) rows[row]![column]! += factor * equation[column]!;
  }
}

/** Gauss with partial pivoting, in place; nothing when singular. */
function solve(rows: number[][], size: number): number[] | undefined {
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row++) {
      if (Math.abs(rows[row]![pivot]!) > Math.abs(rows[best]![pivot]!)) best = row;
    }
    if (!(Math.abs(rows[best]![pivot]!) > 1e-9)) return undefined;
    [rows[pivot], rows[best]] = [rows[best]!, rows[pivot]!];
    for (let row = pivot + 1; row < size; row++) {
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++) rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let value = rows[row]![size]!;
    for (let column = row + 1; column < size; column++) value -= rows[row]![column]! * solution[column]!;
    solution[row] = value / rows[row]![row]!;
  }
  return solution.every(Number.isFinite) ? solution : undefined;
}
