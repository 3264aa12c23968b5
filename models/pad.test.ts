import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOf } from './pad.ts';

const PICTURE = { width: 640, height: 480 };

describe('what the PAD network sees', () => {
  it('is the square around the face and about as much again, where there is room', () => {
    const context = contextOf({ x: 280, y: 200, width: 80, height: 100 }, PICTURE);
    expect(context.width).toBeCloseTo(216);
    expect(context.height).toBeCloseTo(216);
    expect(context.x + context.width / 2).toBeCloseTo(320);
    expect(context.y + context.height / 2).toBeCloseTo(250);
  });

  it('always is a square inside the picture, so that no face is stretched', () => {
    const box = fc.record({
      x: fc.double({ min: -100, max: 640, noNaN: true }),
      y: fc.double({ min: -100, max: 480, noNaN: true }),
      width: fc.double({ min: 5, max: 900, noNaN: true }),
      height: fc.double({ min: 5, max: 900, noNaN: true }),
    });
    fc.assert(
      fc.property(box, (face) => {
        const { x, y, width, height } = contextOf(face, PICTURE);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(640.001);
        expect(y + height).toBeLessThanOrEqual(480.001);
        expect(width).toBe(height);
      }),
    );
  });
});
