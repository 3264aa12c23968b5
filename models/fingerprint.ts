import { createHash } from 'node:crypto';
import type { Picture } from './contract.ts';
import { greyOf } from './quality.ts';

const ACROSS = 9;
const DOWN = 8;

/** 64-bit difference hash (dHash), 16 hex digits: pictures that look alike differ in few bits. */
export function perceptualHash(picture: Picture): string {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const grey = greyOf(picture, whole, ACROSS, DOWN);
  let bits = 0n;
  for (let v = 0; v < DOWN; v++)
    for (let u = 0; u + 1 < ACROSS; u++) {
      const i = v * ACROSS + u;
      bits = (bits << 1n) | (grey[i]! < grey[i + 1]! ? 1n : 0n);
    }
  return bits.toString(16).padStart(16, '0');
}

/** The first 64 bits of SHA-1 over size and pixels, 16 hex digits: no security, only "exactly the same picture again". */
export function pixelDigest(picture: Picture): string {
  const hash = createHash('sha1').update(`${picture.width}x${picture.height}:`).update(picture.data);
  return hash.digest('hex').slice(0, 16);
}
