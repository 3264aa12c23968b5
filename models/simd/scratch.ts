import { crc32 } from 'node:zlib';
import type { Picture } from '../contract.ts';
import { STEP } from './place.ts';
import { openWorkspace } from './workspace.ts';

/**
 * Room for work that is over before anybody else can begin: each call writes all that it reads, so nothing of one call
 * is seen by another.
 */
const SCRATCH = openWorkspace();
/** What 32 bits hold of a cell's grey levels times thousand, and 15 bits of a column's. */
export const CELL_LIMIT = { pixels: 8000, rows: 128 } as const;

/**
 * Thousand times the sum of the grey levels of every cell, row by row. `columns` and `rows` have each cell's first
 * pixel and the first past it, ascending, within `CELL_LIMIT`; of the picture every `apart`th row counts. The answer is
 * void at the next call.
 */
export function sumCells(picture: Picture, columns: Int32Array, rows: Int32Array, apart: number): Int32Array {
  const [across, down] = [columns.length / 2, rows.length / 2];
  const first = columns[0]!;
  const length = (columns.at(-1)! - first) * 3;
  const sums = (columns.length + rows.length) * 4;
  const line = sums + across * down * 4;
  const words = new Int32Array(SCRATCH.bytes(line + 2 * (length + STEP)).buffer, 0, line / 4);
  for (let i = 0; i < columns.length; i++) words[i] = columns[i]! - first;
  words.set(rows, columns.length);
  const { cells } = SCRATCH.on(picture);
  cells(first * 3, picture.width * 3 * apart, length, 0, across, down, line, sums);
  return words.subarray(sums / 4);
}

/** 64 bits of size and pixels, 16 hex digits: xxHash's rounds in sixteen lanes, which two checksums fold together. */
export function digestOf(picture: Picture): string {
  const { width, height, data } = picture;
  const lanes = SCRATCH.bytes(STEP).subarray(0, STEP);
  for (let at = 0; at < STEP; at++) lanes[at] = at;
  SCRATCH.on(picture).digest(0, Math.max(1, Math.ceil(data.length / STEP)) * STEP, 0);
  const upper = crc32(lanes.subarray(0, STEP / 2), crc32(`${width}x${height}:`));
  return hex(upper) + hex(crc32(lanes.subarray(STEP / 2), upper));
}

const hex = (word: number) => word.toString(16).padStart(8, '0');
