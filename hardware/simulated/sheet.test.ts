import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paintPortrait } from '../fakes/portrait.ts';
import { placePortrait } from './optics.ts';
import { buildSheet, poseSheet } from './sheet.ts';

const sheet = buildSheet(paintPortrait(), placePortrait(paintPortrait(), 640, 480, 550));
const side = Math.sqrt(sheet.places.length / 2);
const angle = fc.double({ min: -35, max: 35, noNaN: true });
const shift = fc.double({ min: -20, max: 20, noNaN: true });
const placement = fc.record({ yaw: angle, pitch: angle, roll: angle, x: shift, y: shift, z: shift });

/** Largest distance of a grid row's points from the straight line between its ends, pixels. */
function sag(vertices: Float32Array, row: number): number {
  const at = (column: number) => {
    const i = (row * side + column) * 3;
    return [vertices[i]!, vertices[i + 1]!] as const;
  };
  const [[ax, ay], [bx, by]] = [at(0), at(side - 1)];
  const length = Math.hypot(bx - ax, by - ay);
  return Math.max(
    ...Array.from({ length: side }, (_, column) => {
      const [x, y] = at(column);
      return Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length;
    }),
  );
}

describe('a printed photo', () => {
  it('that is not bent keeps straight lines straight, however it is held', () => {
    fc.assert(
      fc.property(placement, (held) => {
        const { vertices } = poseSheet(sheet, held, 0, new Float32Array(side * side * 3));
        for (let row = 0; row < side; row++) expect(sag(vertices, row)).toBeLessThan(0.01);
      }),
      { numRuns: 30 },
    );
  });

  it('that is bent does not', () => {
    const held = { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, z: 0 };
    const { vertices } = poseSheet(sheet, held, 25, new Float32Array(side * side * 3));
    expect(sag(vertices, 0)).toBeGreaterThan(4);
  });

  it('has a white border and shows the face inside it', () => {
    const { width, height, data } = sheet.print;
    const at = (x: number, y: number) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    expect(at(2, 2)).toEqual([244, 244, 244]);
    const [red, , blue] = at(Math.round(width / 2), Math.round(height / 2));
    expect(blue! - red!).toBeGreaterThan(120);
  });
});
