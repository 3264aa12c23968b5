import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RgbPicture, readPpm } from './ppm.ts';

const picture = fc
  .record({ width: fc.integer({ min: 1, max: 6 }), height: fc.integer({ min: 1, max: 6 }), seed: fc.nat(255) })
  .map(({ width, height, seed }) => ({ width, height, data: new Uint8Array(width * height * 3).fill(seed) }));

const encode = ({ width, height, data }: RgbPicture) =>
  Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), data]);

async function* feed(stream: Uint8Array, size: number) {
  for (let at = 0; at < stream.length; at += size) yield stream.subarray(at, at + size);
}

async function readAll(stream: Uint8Array, size: number): Promise<RgbPicture[]> {
  const pictures: RgbPicture[] = [];
  for await (const picture of readPpm(feed(stream, size))) pictures.push(picture);
  return pictures;
}

describe('the reader of a stream of PPM pictures', () => {
  it('gives every picture from chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(picture, { maxLength: 4 }),
        fc.integer({ min: 1, max: 200 }),
        async (pictures, size) => {
          expect(await readAll(Buffer.concat(pictures.map(encode)), size)).toEqual(pictures);
        },
      ),
    );
  });

  it('leaves out a picture that is cut short', async () => {
    const one = encode({ width: 2, height: 2, data: new Uint8Array(12) });
    expect(await readAll(Buffer.concat([one, one.subarray(0, -1)]), 7)).toHaveLength(1);
  });

  it('takes pixels that look like white space for pixels', async () => {
    const [width, height] = [2, 1];
    const data = new Uint8Array(6).fill(0x0a);
    expect(await readAll(encode({ width, height, data }), 3)).toEqual([{ width, height, data }]);
  });

  it.each([
    ['no PPM', 'x'.repeat(100)],
    ['too large', 'P6\n99999 99999\n255\n'],
    ['of no size', 'P6\n0 5\n255\n'],
  ])('refuses a stream that is %s', async (_, text) => {
    await expect(readAll(Buffer.from(text), 10)).rejects.toThrow(/not a picture stream/);
  });
});
