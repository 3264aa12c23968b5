import type { Box, Picture } from './contract.ts';
import { CELL_LIMIT, sumCells } from './simd/scratch.ts';

/** How usable a face is. */
export type FaceQuality = {
  /** Variance of the Laplacian over the face, grey levels², at a fixed size of the face. */
  readonly sharpness: number;
  /** Mean grey level of the face, 0…255. */
  readonly brightness: number;
  /** Mean grey level of the rest of the picture, 0…255; the face's own where there is no rest. */
  readonly surround: number;
  /** Share of the face box that lies inside the picture, 0…1. */
  readonly inside: number;
};

/** The face is brought to this side before sharpness is measured, so that a large picture is not judged more strictly. */
const SIDE = 96;
/** The surroundings are sampled on a grid of about this many points a row. */
const SAMPLES = 80;

/** Pure; reads only the picture. */
export function measureQuality(picture: Picture, box: Box): FaceQuality {
  const visible = clip(box, picture);
  const inside = (visible.width * visible.height) / (box.width * box.height);
  if (!(inside > 0)) {
    const surround = surroundOf(picture, visible) ?? 0;
    return { sharpness: 0, brightness: 0, surround, inside: 0 };
  }
  const grey = greyOf(picture, visible, SIDE, SIDE);
  let total = 0;
  for (let i = 0; i < grey.length; i++) total += grey[i]!;
  const brightness = total / grey.length;
  return {
    sharpness: laplacianVariance(grey, SIDE, SIDE),
    brightness,
    surround: surroundOf(picture, visible) ?? brightness,
    inside: Math.min(1, inside),
  };
}

function clip(box: Box, picture: Picture): Box {
  const x = Math.max(0, Math.min(picture.width, box.x));
  const y = Math.max(0, Math.min(picture.height, box.y));
  return {
    x,
    y,
    width: Math.max(0, Math.min(picture.width, box.x + box.width) - x),
    height: Math.max(0, Math.min(picture.height, box.y + box.height) - y),
  };
}

/**
 * The rectangle as `across × down` grey cells, each the mean of the pixels whose centre it covers (or the nearest one),
 * of a picture that has every `apart`th row of this one.
 */
export function greyOf(picture: Picture, rectangle: Box, across: number, down: number, apart = 1): Float32Array {
  const columns = edges(rectangle.x, rectangle.width, across, picture.width);
  const rows = edges(rectangle.y, rectangle.height, down, Math.floor(picture.height / apart));
  const sums = sumsOf(picture, columns, rows, apart);
  const grey = new Float32Array(across * down);
  const shares = Float64Array.from({ length: across }, (_, u) => 1 / long(columns, u));
  for (let v = 0, i = 0; v < down; v++) {
    const share = 1 / (1000 * long(rows, v));
    for (let u = 0; u < across; u++, i++) grey[i] = sums[i]! * share * shares[u]!;
  }
  return grey;
}

/** Thousand times the grey levels of each cell, summed: whole numbers. */
function sumsOf(picture: Picture, columns: Int32Array, rows: Int32Array, apart: number): ArrayLike<number> {
  const [tall, wide] = [longest(rows), longest(columns)];
  const fits = tall <= CELL_LIMIT.rows && tall * wide <= CELL_LIMIT.pixels;
  return (fits ? sumCells : sumPlainly)(picture, columns, rows, apart);
}

/** What `sumCells` does, without its limits. */
export function sumPlainly(
  { data, width }: Picture,
  columns: Int32Array,
  rows: Int32Array,
  apart: number,
): Float64Array {
  const [across, down] = [columns.length / 2, rows.length / 2];
  const sums = new Float64Array(across * down);
  for (let v = 0; v < down; v++)
    for (let u = 0; u < across; u++)
      for (let y = rows[2 * v]!; y < rows[2 * v + 1]!; y++) {
        const row = y * apart * width;
        let sum = 0;
        for (let i = (row + columns[2 * u]!) * 3; i < (row + columns[2 * u + 1]!) * 3; i += 3)
          sum += 299 * data[i]! + 587 * data[i + 1]! + 114 * data[i + 2]!;
        sums[v * across + u]! += sum;
      }
  return sums;
}

/** Pixels from a cell's first to the first past it. */
const long = (bounds: Int32Array, cell: number) => bounds[2 * cell + 1]! - bounds[2 * cell]!;

function longest(bounds: Int32Array): number {
  let most = 0;
  for (let cell = 0; 2 * cell < bounds.length; cell++) most = Math.max(most, long(bounds, cell));
  return most;
}

/** First and past-the-last pixel of each of `cells` cells; every cell has at least one pixel. */
function edges(start: number, length: number, cells: number, limit: number): Int32Array {
  const bounds = new Int32Array(cells * 2);
  for (let cell = 0; cell < cells; cell++) {
    const from = Math.min(limit - 1, Math.max(0, Math.round(start + (length * cell) / cells)));
    const to = Math.round(start + (length * (cell + 1)) / cells);
    bounds[2 * cell] = from;
    bounds[2 * cell + 1] = Math.min(limit, Math.max(from + 1, to));
  }
  return bounds;
}

/** Variance of the 4-neighbour Laplacian over the inner cells. */
function laplacianVariance(grey: Float32Array, across: number, down: number): number {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let v = 1; v < down - 1; v++) {
    for (let u = 1; u < across - 1; u++) {
      const i = v * across + u;
      const value = grey[i - 1]! + grey[i + 1]! + grey[i - across]! + grey[i + across]! - 4 * grey[i]!;
      sum += value;
      squares += value * value;
      count++;
    }
  }
  const mean = sum / count;
  return Math.max(0, squares / count - mean * mean);
}

function surroundOf(picture: Picture, face: Box): number | undefined {
  const { data, width, height } = picture;
  const step = Math.max(1, Math.floor(width / SAMPLES));
  let sum = 0;
  let count = 0;
  for (let y = step >> 1; y < height; y += step) {
    const crosses = y >= face.y && y < face.y + face.height;
    for (let x = step >> 1; x < width; x += step) {
      if (crosses && x >= face.x && x < face.x + face.width) continue;
      const i = (y * width + x) * 3;
      sum += 299 * data[i]! + 587 * data[i + 1]! + 114 * data[i + 2]!;
      count++;
    }
  }
  return count === 0 ? undefined : sum / (1000 * count);
}
