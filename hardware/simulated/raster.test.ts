import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Canvas, createTexture, drawSurface, type Surface } from './raster.ts';

const side = 24;
const newCanvas = (): Canvas => ({
  width: side,
  height: side,
  data: new Uint8Array(side * side * 3),
  depth: new Float32Array(side * side).fill(Number.POSITIVE_INFINITY),
});
const picture = {
  width: 16,
  height: 16,
  data: Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 9) & 255),
};
const texture = createTexture(picture);

/** Mixes the four neighbours, in floating point. */
function sample(u: number, v: number, channel: number): number {
  const [x, y] = [Math.min(14, Math.floor(u)), Math.min(14, Math.floor(v))];
  const at = (dx: number, dy: number) => picture.data[((y + dy) * 16 + x + dx) * 3 + channel]!;
  const [fx, fy] = [u - x, v - y];
  return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
}

/** Barycentric weights of a point, as the textbook has them. */
function weightsAt(v: Float32Array, x: number, y: number): readonly [number, number, number] {
  const [ax, ay, bx, by, cx, cy] = [v[0]!, v[1]!, v[3]!, v[4]!, v[6]!, v[7]!];
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  const b = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area;
  const c = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area;
  return [1 - b - c, b, c];
}

const place = fc.double({ min: -6, max: side + 6, noNaN: true });
const texel = fc.double({ min: 0.5, max: 14.5, noNaN: true });
const corner = fc.tuple(place, place, fc.double({ min: 1, max: 9, noNaN: true }), texel, texel);
/** Slivers without an area have no textbook answer in floating point. */
const triangle = fc.tuple(corner, corner, corner).filter(([[ax, ay], [bx, by], [cx, cy]]) => {
  return Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) > 0.01;
});

function surfaceOf(corners: readonly (readonly [number, number, number, number, number])[]): Surface {
  return {
    vertices: Float32Array.from(corners.flatMap((each) => each.slice(0, 3))),
    coordinates: Float32Array.from(corners.flatMap((each) => each.slice(3))),
    triangles: Uint16Array.from(corners.keys()),
  };
}

describe('the rasteriser', () => {
  it('agrees with the textbook, pixel by pixel, on any triangle', () => {
    fc.assert(
      fc.property(triangle, (corners) => {
        const surface = surfaceOf(corners);
        const canvas = newCanvas();
        drawSurface(canvas, surface, texture);
        for (let i = 0; i < side * side; i++) {
          const weights = weightsAt(surface.vertices, i % side, Math.floor(i / side));
          const least = Math.min(...weights);
          // Pixels on an edge may fall either way.
          if (!Number.isFinite(least) || Math.abs(least) < 1e-3) continue;
          expect(Number.isFinite(canvas.depth[i]!)).toBe(least > 0);
          if (least < 0) continue;
          const mix = (part: (corner: (typeof corners)[0]) => number) =>
            weights.reduce((sum, weight, k) => sum + weight * part(corners[k]!), 0);
          expect(canvas.depth[i]!).toBeCloseTo(
            mix((c) => c[2]),
            2,
          );
          for (let channel = 0; channel < 3; channel++) {
            const expected = sample(
              mix((c) => c[3]),
              mix((c) => c[4]),
              channel,
            );
            // 8-bit fractions of a texel: two levels for each coordinate, one for rounding.
            expect(Math.abs(canvas.data[i * 3 + channel]! - expected)).toBeLessThanOrEqual(5);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leaves no crack between triangles that share an edge', () => {
    fc.assert(
      fc.property(place, place, (x, y) => {
        const inside = (value: number) => Math.max(1, Math.min(side - 2, value));
        const corners = [
          [-1, -1],
          [side, -1],
          [side, side],
          [-1, side],
          [inside(x), inside(y)],
        ] as const;
        const canvas = newCanvas();
        const vertices = Float32Array.from(corners.flatMap(([px, py]) => [px, py, 1]));
        const triangles = Uint16Array.from([0, 1, 4, 1, 2, 4, 2, 3, 4, 3, 0, 4]);
        drawSurface(canvas, { vertices, coordinates: new Float32Array(10).fill(3), triangles }, texture);
        expect(canvas.depth.every((depth) => depth === 1)).toBe(true);
      }),
    );
  });

  it('shows the nearer of two surfaces, in whatever order they are drawn', () => {
    const square = (z: number, u: number) =>
      surfaceOf([
        [-9, -9, z, u, 3],
        [90, -9, z, u, 3],
        [-9, 90, z, u, 3],
      ] as const);
    const [near, far] = [square(1, 2), square(2, 9)];
    for (const order of [
      [near, far],
      [far, near],
    ] as const) {
      const canvas = newCanvas();
      for (const surface of order) drawSurface(canvas, surface, texture);
      expect([...canvas.data.subarray(0, 3)]).toEqual([...picture.data.subarray((3 * 16 + 2) * 3, (3 * 16 + 3) * 3)]);
    }
  });
});
