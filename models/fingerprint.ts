import { crc32 } from 'node:zlib';
import type { Picture } from './contract.ts';
import { greyOf } from './quality.ts';

const ACROSS = 9;
const DOWN = 8;
/** A cell is the mean of at least so many rows. */
const ROWS_A_CELL = 8;

/** 64-bit difference hash (dHash), 16 hex digits: pictures that look alike differ in few bits. */
export function perceptualHash(picture: Picture): string {
  // Not every row is needed: several taken for one, of which only the first counts, are a picture of fewer rows.
  const apart = Math.max(1, Math.floor(picture.height / (DOWN * ROWS_A_CELL)));
  const rows = { width: picture.width * apart, height: Math.floor(picture.height / apart), data: picture.data };
  const grey = greyOf(rows, { x: 0, y: 0, width: picture.width, height: rows.height }, ACROSS, DOWN);
  let bits = 0n;
  for (let v = 0; v < DOWN; v++)
    for (let u = 0; u + 1 < ACROSS; u++) {
      const i = v * ACROSS + u;
      bits = (bits << 1n) | (grey[i]! < grey[i + 1]! ? 1n : 0n);
    }
  return bits.toString(16).padStart(16, '0');
}

/**
 * CRC-32 of size and upper half, and of the lower half, 16 hex digits: no security, only "exactly the same picture
 * again". Several times faster than a cryptographic digest, which took a tenth of a frame's time.
 */
export function pixelDigest(picture: Picture): string {
  const { data, width, height } = picture;
  const middle = data.length >> 1;
  const upper = crc32(data.subarray(0, middle), crc32(`${width}x${height}:`));
  return hex(upper) + hex(crc32(data.subarray(middle)));
}

const hex = (word: number) => word.toString(16).padStart(8, '0');
