import { describe, expect, it } from 'vitest';
import { paintPortrait } from '../fakes/portrait.ts';
import { movePoint } from './placement.ts';
import { readStance, straighten } from './stance.ts';

/** The made-up face's points after a turn about its middle. */
function turned(yaw: number, pitch: number, roll: number): Float32Array {
  const points = paintPortrait().points.slice();
  for (let i = 0; i < points.length; i += 3) {
    const placement = { yaw, pitch, roll, x: 0, y: 0, z: 0 };
    points.set(movePoint([points[i]!, points[i + 1]!, points[i + 2]!], [180, 200, 40], placement, 1), i);
  }
  return points;
}

describe('the stance of a portrait', () => {
  it.each([
    [0, 0, 0],
    [15, 0, 0],
    [-15, 0, 0],
    [0, 12, 0],
    [0, -12, 0],
    [0, 0, 9],
  ])('reads yaw %d, pitch %d, roll %d off the mesh', (yaw, pitch, roll) => {
    const stance = readStance(turned(yaw, pitch, roll));
    expect(stance.yaw).toBeCloseTo(yaw, 0);
    expect(stance.pitch).toBeCloseTo(pitch, 0);
    expect(stance.roll).toBeCloseTo(roll, 0);
  });

  it('is straightened but for some degrees that may stay', () => {
    const { yaw, pitch, roll } = straighten({ yaw: 12, pitch: -20, roll: 3 }, 7);
    expect([yaw, pitch]).toEqual([-5, 13]);
    expect(roll).toBeCloseTo(0);
  });
});
