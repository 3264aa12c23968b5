import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../contract.ts';
import { sumPlainly } from '../quality.ts';
import { digestOf, sumCells } from './scratch.ts';

const pictures = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((data): Picture => ({ width, height, data })),
  );

/** Bounds of cells, ascending, within a length. */
const bounds = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: length - 1 }), { minLength: 1, maxLength: 8 })
    .map((starts) => Int32Array.from([...starts].sort((a, b) => a - b).flatMap((start) => [start, length])));

describe('cells summed by the kernel', () => {
  it('are those of the plain loop, for any cells of any picture, also with rows left out', () => {
    const cases = pictures.chain((picture) =>
      fc.integer({ min: 1, max: Math.min(3, picture.height) }).chain((apart) =>
        fc.record({
          picture: fc.constant(picture),
          apart: fc.constant(apart),
          columns: bounds(picture.width),
          rows: bounds(Math.floor(picture.height / apart)),
        }),
      ),
    );
    fc.assert(
      fc.property(cases, ({ picture, apart, columns, rows }) => {
        expect([...sumCells(picture, columns, rows, apart)]).toEqual([...sumPlainly(picture, columns, rows, apart)]);
      }),
      { numRuns: 200 },
    );
  });

  it('hold the brightest cell of the largest size', () => {
    const picture = { width: 62, height: 128, data: new Uint8Array(62 * 128 * 3).fill(255) };
    expect(sumCells(picture, Int32Array.of(0, 62), Int32Array.of(0, 128), 1)[0]).toBe(255_000 * 62 * 128);
  });
});

describe('the digest of a picture', () => {
  it('changes with any byte', () => {
    fc.assert(
      fc.property(pictures, fc.nat(), fc.integer({ min: 1, max: 255 }), (picture, place, change) => {
        const data = picture.data.slice();
        data[place % data.length]! ^= change;
        expect(digestOf({ ...picture, data })).not.toBe(digestOf(picture));
        expect(digestOf({ ...picture, data: picture.data.slice() })).toBe(digestOf(picture));
      }),
    );
  });

  it('tells an empty row from none', () => {
    const row = { width: 1, height: 1, data: new Uint8Array(3) };
    expect(digestOf({ width: 1, height: 2, data: new Uint8Array(6) })).not.toBe(digestOf(row));
  });
});
