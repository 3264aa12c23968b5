import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from './contract.ts';
import { affineOfRectangle, affineOfRegion, cropInto, type InputForm } from './crop.ts';

const PLAIN: InputForm = {
  width: 4,
  height: 4,
  layout: 'pixels',
  order: 'rgb',
  scale: 1,
  offset: 0,
  outside: 'edge',
};

/** Red grows to the right, green downwards, blue is even: bilinear sampling gives back x, y and 7. */
function ramp(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x, y, 7], (y * width + x) * 3);
  return { width, height, data };
}

function crop(picture: Picture, affine: Parameters<typeof cropInto>[2], form: InputForm): number[] {
  const target = new Float32Array(form.width * form.height * 3);
  cropInto(target, picture, affine, form);
  return [...target];
}

describe('cutting a part out of a picture', () => {
  it('gives the picture itself for its own rectangle', () => {
    const picture = ramp(4, 4);
    const whole = affineOfRectangle({ x: 0, y: 0, width: 4, height: 4 }, 4, 4);
    expect(crop(picture, whole, PLAIN)).toEqual([...picture.data]);
  });

  it('samples between pixels, wherever an upright region lies inside', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 30, max: 70, noNaN: true }),
        fc.double({ min: 30, max: 70, noNaN: true }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (x, y, size) => {
          const found = crop(ramp(100, 100), affineOfRegion({ centre: { x, y }, size, roll: 0 }, 4), PLAIN);
          // The first target pixel's centre lies an eighth of the side inside the region.
          expect(found[0]).toBeCloseTo(x - 0.375 * size - 0.5, 3);
          expect(found[1]).toBeCloseTo(y - 0.375 * size - 0.5, 3);
          expect(found[2]).toBeCloseTo(7, 3);
        },
      ),
    );
  });

  it('turns the picture back by the roll of the region', () => {
    // A head rotated clockwise by 90° has its top at the image's right: that becomes the top of the crop.
    const affine = affineOfRegion({ centre: { x: 50, y: 50 }, size: 40, roll: 90 }, 4);
    const found = crop(ramp(100, 100), affine, PLAIN);
    const top = found[0]!;
    const bottom = found[4 * 3 * 3]!;
    expect(top - bottom).toBeCloseTo(30, 3);
  });

  it('draws out the edge, or is black, beyond the picture', () => {
    const affine = affineOfRectangle({ x: -4, y: -4, width: 4, height: 4 }, 4, 4);
    const picture: Picture = { width: 2, height: 2, data: new Uint8Array(12).fill(9) };
    expect(new Set(crop(picture, affine, PLAIN))).toEqual(new Set([9]));
    const black = crop(picture, affine, { ...PLAIN, outside: 'black', scale: 1 / 127.5, offset: -1 });
    expect(new Set(black)).toEqual(new Set([-1]));
  });

  it('writes planes, swaps red and blue, and normalises', () => {
    const picture: Picture = { width: 1, height: 1, data: Uint8Array.of(10, 20, 30) };
    const one: InputForm = { ...PLAIN, width: 1, height: 1, layout: 'planes', order: 'bgr', scale: 2, offset: 1 };
    const affine = affineOfRectangle({ x: 0, y: 0, width: 1, height: 1 }, 1, 1);
    expect(crop(picture, affine, one)).toEqual([61, 41, 21]);
  });
});
