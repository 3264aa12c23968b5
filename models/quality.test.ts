import { describe, expect, it } from 'vitest';
import type { Picture } from './contract.ts';
import { perceptualHash, pixelDigest } from './fingerprint.ts';
import { measureQuality } from './quality.ts';

function paint(width: number, height: number, grey: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(grey(x, y), (y * width + x) * 3, (y * width + x) * 3 + 3);
  return { width, height, data };
}
const stripes = (period: number) => (x: number) => (x % period < period / 2 ? 60 : 180);
const box = { x: 100, y: 100, width: 192, height: 192 };

describe('quality of a face', () => {
  it('is sharp where the picture has fine detail, and not where it is even', () => {
    expect(
      measureQuality(
        paint(400, 400, () => 90),
        box,
      ).sharpness,
    ).toBe(0);
    const fine = measureQuality(paint(400, 400, stripes(8)), box).sharpness;
    const smooth = measureQuality(
      paint(400, 400, (x) => 120 + 60 * Math.sin(x / 30)),
      box,
    ).sharpness;
    expect(fine).toBeGreaterThan(50 * smooth);
  });

  it('does not depend on the resolution: the same face twice as large is as sharp', () => {
    const small = measureQuality(paint(400, 400, stripes(16)), box).sharpness;
    const large = measureQuality(paint(800, 800, stripes(32)), { x: 200, y: 200, width: 384, height: 384 }).sharpness;
    expect(large / small).toBeCloseTo(1, 1);
  });

  it("tells the face's light from that of the rest", () => {
    const lit = paint(400, 400, (x, y) => (x >= 100 && x < 292 && y >= 100 && y < 292 ? 200 : 40));
    const quality = measureQuality(lit, box);
    expect(quality.brightness).toBeCloseTo(200, 3);
    expect(quality.surround).toBeCloseTo(40, 3);
  });

  it('says how much of the box lies inside the picture', () => {
    const even = paint(200, 200, () => 100);
    expect(measureQuality(even, { x: 50, y: 50, width: 100, height: 100 }).inside).toBe(1);
    expect(measureQuality(even, { x: -50, y: 50, width: 100, height: 100 }).inside).toBeCloseTo(0.5);
    expect(measureQuality(even, { x: 300, y: 50, width: 100, height: 100 })).toMatchObject({ inside: 0, sharpness: 0 });
  });

  it("takes the face's own light where the face fills the picture", () => {
    expect(
      measureQuality(
        paint(50, 50, () => 77),
        { x: -5, y: -5, width: 60, height: 60 },
      ).surround,
    ).toBeCloseTo(77, 3);
  });
});

describe('fingerprints of a picture', () => {
  const scene = (noise: number) =>
    paint(320, 240, (x, y) => ((x * 5 + y * 3) % 200) * 0.5 + (x > 160 ? 80 : 0) + ((x * y * 7) % 3) * noise);

  it('are 16 hex digits and repeat for the same pixels', () => {
    expect(perceptualHash(scene(0))).toMatch(/^[0-9a-f]{16}$/);
    expect(pixelDigest(scene(0))).toMatch(/^[0-9a-f]{16}$/);
    expect(perceptualHash(scene(0))).toBe(perceptualHash(scene(0)));
    expect(pixelDigest(scene(0))).toBe(pixelDigest(scene(0)));
  });

  it('differ in every case for the digest, in few bits for the hash, when the pixels tremble', () => {
    expect(pixelDigest(scene(1))).not.toBe(pixelDigest(scene(0)));
    const bits = (BigInt(`0x${perceptualHash(scene(0))}`) ^ BigInt(`0x${perceptualHash(scene(1))}`)).toString(2);
    expect([...bits].filter((bit) => bit === '1').length).toBeLessThanOrEqual(6);
  });

  it('tell a picture from the same bytes in another shape', () => {
    const { data } = scene(0);
    expect(pixelDigest({ width: 320, height: 240, data })).not.toBe(pixelDigest({ width: 240, height: 320, data }));
  });

  it('tell left from right', () => {
    expect(perceptualHash(paint(90, 80, (x) => 2 * x))).toBe('ffffffffffffffff');
    expect(perceptualHash(paint(90, 80, (x) => 250 - 2 * x))).toBe('0000000000000000');
  });
});
