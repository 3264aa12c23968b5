import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCanvas } from './canvas.ts';
import type { Picture } from './contract.ts';
import { type Affine, affineOfRectangle, affineOfRegion, cropInto, type InputForm } from './crop.ts';

/** Noise, the hardest picture to mix. */
function noise(width: number, height: number, seed: number): Picture {
  let state = seed | 1;
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = Math.imul(state, 0x5bd1e995) ^ (state >>> 13);
    return state >>> 24;
  });
  return { width, height, data };
}

const FORM: InputForm = {
  width: 16,
  height: 12,
  layout: 'planes',
  order: 'rgb',
  scale: 1,
  offset: 0,
  outside: 'edge',
};

/** The largest difference between canvas and reference, in grey levels. */
function difference(picture: Picture, affine: Affine, form: InputForm): number {
  const length = form.width * form.height * 3;
  const wanted = new Float32Array(length);
  cropInto(wanted, picture, affine, form);
  const canvas = openCanvas(length);
  canvas.pixels.fill(Number.NaN);
  canvas.cut(picture, affine, form);
  return wanted.reduce((most, number, i) => Math.max(most, Math.abs(number - canvas.pixels[i]!)), 0) / form.scale;
}

describe('a picture cut out on a canvas', () => {
  const within = fc.double({ min: -60, max: 160, noNaN: true });
  const region = fc.record({
    centre: fc.record({ x: within, y: within }),
    size: fc.double({ min: 0.5, max: 400, noNaN: true }),
    roll: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  const form = fc.record({
    width: fc.constantFrom(4, 16, 20, 15),
    height: fc.integer({ min: 1, max: 20 }),
    layout: fc.constantFrom('planes', 'pixels'),
    order: fc.constantFrom('rgb', 'bgr'),
    scale: fc.constantFrom(1, 1 / 255, 1 / 127.5),
    offset: fc.constantFrom(0, -1),
    outside: fc.constant('edge'),
  }) as fc.Arbitrary<InputForm>;
  const picture = fc
    .tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 70 }), fc.nat())
    .map(([width, height, seed]) => noise(width, height, seed));

  it('is what the reference says, wherever it is cut, however it is turned and laid out', () => {
    fc.assert(
      fc.property(picture, region, form, (seen, where, how) => {
        expect(difference(seen, affineOfRegion(where, how.width), how)).toBeLessThan(0.05);
      }),
      { numRuns: 300 },
    );
  });

  it('is black beyond the picture, to the very pixel, and the picture within', () => {
    for (const [x, y] of [
      [-20, -10],
      [0, 0],
      [25, 31],
      [-200, 4],
      [5, 300],
    ] as const)
      for (const side of [16, 33, 64, 200])
        for (const order of ['rgb', 'bgr'] as const) {
          // Halves: no pixel lies on the border, where rounding would decide.
          const affine = affineOfRectangle({ x: x + 0.25, y: y + 0.25, width: side, height: side }, 16, 12);
          const black: InputForm = { ...FORM, order, outside: 'black', scale: 1 / 127.5, offset: -1 };
          expect(difference(noise(40, 50, side), affine, black)).toBeLessThan(0.05);
        }
  });

  it('is black beyond a picture that lies askew', () => {
    const affine = affineOfRegion({ centre: { x: 3.3, y: 4.4 }, size: 60.7, roll: 23 }, 16);
    expect(difference(noise(40, 50, 5), affine, { ...FORM, outside: 'black' })).toBeLessThan(0.05);
  });

  it('is no number where the place is none: the network then fails, and no score is made up', () => {
    const canvas = openCanvas(FORM.width * FORM.height * 3);
    canvas.cut(noise(9, 9, 1), [Number.NaN, 0, 0, 0, 1, 0], FORM);
    expect(canvas.pixels.some((number) => Number.isNaN(number))).toBe(true);
  });

  it('shows each of several pictures in turn, large and small, on several canvases', () => {
    const canvases = [openCanvas(12), openCanvas(12)];
    const form = { ...FORM, width: 4, height: 1 };
    const even = (width: number, level: number): Picture => {
      return { width, height: width, data: new Uint8Array(width * width * 3).fill(level) };
    };
    const pictures = [even(3, 10), even(400, 20), even(7, 30)];
    for (const turn of [0, 1, 2, 1, 0, 0, 2])
      for (const canvas of canvases) {
        canvas.cut(pictures[turn]!, [1, 0, 0, 0, 1, 0], form);
        expect(new Set(canvas.pixels)).toEqual(new Set([(turn + 1) * 10]));
      }
  });

  it('shows what a camera wrote into the same buffer meanwhile', () => {
    const canvas = openCanvas(12);
    const picture = noise(40, 40, 3);
    const form = { ...FORM, width: 4, height: 1 };
    canvas.cut(picture, [1, 0, 0, 0, 1, 0], form);
    picture.data.set(noise(40, 40, 4).data);
    canvas.cut(picture, [1, 0, 0, 0, 1, 0], form);
    expect(canvas.pixels[0]).toBe(picture.data[0]);
  });
});
