import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { buildJpeg, join, paintJpeg } from './fakes/jpeg.ts';
import { createMjpegSplitter, type JpegFrame } from './mjpeg.ts';

const bytes = (max: number) => fc.uint8Array({ maxLength: max });
const side = fc.integer({ min: 1, max: 65_535 });
const plainJpeg = fc
  .record({
    width: side,
    height: side,
    segments: fc.array(bytes(40), { maxLength: 3 }),
    intervals: fc.array(bytes(60), { minLength: 1, maxLength: 3 }),
  })
  .map((parts) => ({ parts, data: buildJpeg(parts) }));
/** A JPEG that carries another one in a segment, as cameras do with thumbnails. */
const jpeg = fc.oneof(
  plainJpeg,
  fc.tuple(plainJpeg, plainJpeg).map(([outer, inner]) => {
    const parts = { ...outer.parts, segments: [inner.data, ...outer.parts.segments] };
    return { parts, data: buildJpeg(parts) };
  }),
);
/** Anything that holds no start of a picture: FF only before 00. */
const junk = bytes(50).map((raw) =>
  Uint8Array.from([...raw].flatMap((byte) => (byte === 0xff ? [0xff, 0x00] : [byte]))),
);

function cut(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [...new Set([0, ...cuts.map((at) => at % (stream.length + 1)), stream.length])].sort((a, b) => a - b);
  return edges.slice(1).map((end, i) => stream.subarray(edges[i], end));
}

function split(chunks: readonly Uint8Array[], maxBytes?: number) {
  const splitter = createMjpegSplitter(maxBytes);
  const frames = chunks.flatMap((chunk) => [...splitter.push(chunk)]);
  return { frames, broken: splitter.broken, oversized: splitter.oversized };
}

const shape = ({ index, width, height, data }: JpegFrame) => ({ index, width, height, data: [...data] });

describe('the splitter of a JPEG stream', () => {
  it('gives every picture, byte for byte with its size, from any cutting and with junk between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(junk, jpeg), { maxLength: 5 }),
        junk,
        fc.array(fc.nat(), { maxLength: 12 }),
        (items, tail, cuts) => {
          const stream = join([...items.flatMap(([before, picture]) => [before, picture.data]), tail]);
          const { frames, broken, oversized } = split(cut(stream, cuts));
          expect(frames.map(shape)).toEqual(
            items.map(([, { parts, data }], index) => ({
              index,
              width: parts.width,
              height: parts.height,
              data: [...data],
            })),
          );
          expect([broken, oversized]).toEqual([0, 0]);
        },
      ),
    );
  });

  it('gives the same from any cutting of any bytes, whole, broken or too large', () => {
    const mangled = fc.tuple(jpeg, fc.nat()).map(([{ data }, n]) => data.subarray(0, n % data.length));
    const item = fc.oneof(
      jpeg.map(({ data }) => data),
      mangled,
      bytes(30),
      fc.constant(Uint8Array.of(0xff, 0xd8, 0xff)),
    );
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.integer({ min: 40, max: 400 }),
        (items, cuts, max) => {
          const stream = join(items);
          const whole = split([stream], max);
          const pieces = split(cut(stream, cuts), max);
          expect({ ...pieces, frames: pieces.frames.map(shape) }).toEqual({
            ...whole,
            frames: whole.frames.map(shape),
          });
          const single = split(
            [...stream].map((byte) => Uint8Array.of(byte)),
            max,
          );
          expect({ ...single, frames: single.frames.map(shape) }).toEqual({
            ...whole,
            frames: whole.frames.map(shape),
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('loses a picture that is cut short inside its coded data, counts it, and gives the next', () => {
    const picture = buildJpeg({ width: 4, height: 3, segments: [], intervals: [Uint8Array.of(1, 2, 3, 4, 5, 6)] });
    const { frames, broken } = split([join([picture, picture.subarray(0, -4), picture])]);
    expect(frames.map(({ index }) => index)).toEqual([0, 2]);
    expect(broken).toBe(1);
  });

  it('finds the picture that the segment of a cut-off one swallowed', () => {
    const long = buildJpeg({ width: 9, height: 9, segments: [new Uint8Array(5000)], intervals: [new Uint8Array(10)] });
    const next = buildJpeg({
      width: 4,
      height: 3,
      segments: [],
      intervals: [new Uint8Array(3000), new Uint8Array(3000)],
    });
    const { frames, broken } = split([join([long.subarray(0, 100), next, next])]);
    expect(frames.map(({ width, height }) => [width, height])).toEqual([
      [4, 3],
      [4, 3],
    ]);
    expect(broken).toBe(1);
  });

  it('keeps a picture that is not whole yet to itself', () => {
    const picture = buildJpeg({ width: 4, height: 3, segments: [], intervals: [new Uint8Array(9)] });
    expect(split([picture.subarray(0, -1)])).toEqual({ frames: [], broken: 0, oversized: 0 });
  });

  it('gives a picture with its last byte, without waiting for the next picture', () => {
    const picture = buildJpeg({ width: 4, height: 3, segments: [], intervals: [new Uint8Array(9)] });
    const splitter = createMjpegSplitter();
    expect(splitter.push(picture.subarray(0, -1))).toHaveLength(0);
    expect(splitter.push(picture.subarray(-1))).toHaveLength(1);
  });

  it('drops and counts a picture above the limit, and goes on', () => {
    const small = buildJpeg({ width: 4, height: 3, segments: [], intervals: [new Uint8Array(10)] });
    const large = buildJpeg({ width: 8, height: 6, segments: [], intervals: [new Uint8Array(5000)] });
    const { frames, oversized, broken } = split([join([small, large, small])], 1000);
    expect(frames.map(({ index, width }) => [index, width])).toEqual([
      [0, 4],
      [2, 4],
    ]);
    expect([oversized, broken]).toEqual([1, 0]);
  });

  it('holds no more than the limit of a picture that never ends', () => {
    const splitter = createMjpegSplitter(1024 * 1024);
    splitter.push(buildJpeg({ width: 4, height: 3, segments: [], intervals: [new Uint8Array(10)] }).subarray(0, -2));
    const chunk = new Uint8Array(1024 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200; i++) splitter.push(chunk);
    expect(splitter.oversized).toBe(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
    const picture = buildJpeg({ width: 4, height: 3, segments: [], intervals: [new Uint8Array(10)] });
    expect(splitter.push(picture)).toHaveLength(1);
  });

  it('reads real pictures: baseline, progressive, and with a thumbnail in their Exif', async () => {
    const baseline = await paintJpeg(64, 48);
    const thumbnail = await paintJpeg(16, 12, 2);
    const progressive = new Uint8Array(await sharp(baseline).jpeg({ progressive: true }).toBuffer());
    const app1 = Uint8Array.of(0xff, 0xe1, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 0xff);
    const withThumbnail = join([baseline.subarray(0, 2), app1, thumbnail, baseline.subarray(2)]);
    const pictures = [baseline, progressive, withThumbnail];
    const { frames } = split(cut(join(pictures), [1, 700, 701, 5000]));
    expect(
      frames.map(({ data }) => Buffer.from(data).equals(pictures[frames.findIndex((f) => f.data === data)]!)),
    ).toEqual([true, true, true]);
    expect(frames.map(({ width, height }) => `${width}x${height}`)).toEqual(['64x48', '64x48', '64x48']);
  });
});
