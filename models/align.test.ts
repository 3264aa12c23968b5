import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignFive, fivePoints } from './align.ts';
import type { Point } from './contract.ts';

/** ArcFace's points, as published. */
const PUBLISHED: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];
const coordinate = fc.double({ min: -300, max: 300, noNaN: true });

describe('alignment by five points', () => {
  it('finds any similarity that was applied to the template', () => {
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (a, b, c, f) => {
        const five = PUBLISHED.map(({ x, y }) => ({ x: a * x - b * y + c, y: b * x + a * y + f }));
        const found = alignFive(five);
        for (const [i, wanted] of [a, -b, c, b, a, f].entries()) expect(found[i]).toBeCloseTo(wanted, 6);
      }),
    );
  });

  it('shares the error among the points when they do not fit', () => {
    const moved = PUBLISHED.map((point, i) => (i === 2 ? { x: point.x + 5, y: point.y } : point));
    const [a, b, c] = alignFive(moved);
    expect(a).toBeCloseTo(1, 1);
    expect(b).toBeCloseTo(0, 1);
    expect(a * 56 + b * 72 + c).toBeCloseTo(57, 0);
  });

  it('takes eyes as the middle of their corners, image-left first', () => {
    const points = new Float32Array(468 * 3);
    points.set([10, 20, 0], 33 * 3);
    points.set([20, 24, 0], 133 * 3);
    points.set([40, 24, 0], 362 * 3);
    points.set([50, 20, 0], 263 * 3);
    const [eye, otherEye] = fivePoints({ points, presence: 1 });
    expect(eye).toEqual({ x: 15, y: 22 });
    expect(otherEye).toEqual({ x: 45, y: 22 });
  });
});
