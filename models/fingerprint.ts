import type { Picture } from './contract.ts';
import { greyOf } from './quality.ts';
import { digestOf } from './simd/scratch.ts';

const ACROSS = 9;
const DOWN = 8;
/** A cell is the mean of at least so many rows. */
const ROWS_A_CELL = 8;

/** 64-bit difference hash (dHash), 16 hex digits: pictures that look alike differ in few bits. */
export function perceptualHash(picture: Picture): string {
  // Not every row is needed.
  const apart = Math.max(1, Math.floor(picture.height / (DOWN * ROWS_A_CELL)));
  const whole = { x: 0, y: 0, width: picture.width, height: Math.floor(picture.height / apart) };
  const grey = greyOf(picture, whole, ACROSS, DOWN, apart);
  let bits = 0n;
  for (let v = 0; v < DOWN; v++)
    for (let u = 0; u + 1 < ACROSS; u++) {
      const i = v * ACROSS + u;
      bits = (bits << 1n) | (grey[i]! < grey[i + 1]! ? 1n : 0n);
    }
  return bits.toString(16).padStart(16, '0');
}

/** 16 hex digits of size and pixels: no security, only "exactly the same picture again". */
export function pixelDigest(picture: Picture): string {
  return digestOf(picture);
}
