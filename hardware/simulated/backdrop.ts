import type { Portrait } from '../define.ts';
import { type Optics, photoPoint } from './optics.ts';

type Picture = Portrait['picture'];

/**
 * The frame as it looks when nothing moves, at `detail` pixels a frame pixel: the photo where it reaches, and beyond
 * its edge the room far out of focus. `feather`: the band inside the photo's edge over which one becomes the other,
 * photo pixels.
 */
export function paintBackdrop(picture: Picture, optics: Optics, feather: number, detail: number): Picture {
  const width = Math.round(optics.width * detail);
  const height = Math.round(optics.height * detail);
  const data = new Uint8Array(width * height * 3);
  const room = blurRoom(picture, optics);
  const [near, far] = [new Float64Array(3), new Float64Array(3)];
  for (let row = 0, to = 0; row < height; row++) {
    const y = (row + 0.5) / detail - 0.5;
    for (let column = 0; column < width; column++, to += 3) {
      const x = (column + 0.5) / detail - 0.5;
      const photo = photoPoint(optics, x, y);
      const edge = Math.min(photo.x, photo.y, picture.width - 1 - photo.x, picture.height - 1 - photo.y);
      const share = smooth(edge / feather);
      if (share < 1) room(Math.max(0, x), Math.max(0, y), far);
      if (share > 0) sample(picture, photo.x, photo.y, near);
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = Math.round(near[channel]! * share + far[channel]! * (1 - share));
      }
    }
  }
  return { width, height, data };
}

/** Levels of red, green and blue, overwritten in place: this runs for every pixel. */
type Colour = Float64Array;

/** 0 below 0, 1 above 1, and smoothly between. */
export function smooth(share: number): number {
  const t = Math.max(0, Math.min(1, share));
  return t * t * (3 - 2 * t);
}

/** Bilinear, the edge drawn out. */
function sample({ data, width, height }: Picture, x: number, y: number, into: Colour): void {
  const sx = Math.max(0, Math.min(width - 1, x));
  const sy = Math.max(0, Math.min(height - 1, y));
  const x0 = Math.floor(sx);
  const y0 = Math.floor(sy);
  const [fx, fy] = [sx - x0, sy - y0];
  const at = (y0 * width + x0) * 3;
  const right = x0 + 1 < width ? 3 : 0;
  const down = y0 + 1 < height ? width * 3 : 0;
  for (let channel = 0, i = at; channel < 3; channel++, i++) {
    const above = data[i]! + (data[i + right]! - data[i]!) * fx;
    const below = data[i + down]! + (data[i + down + right]! - data[i + down]!) * fx;
    into[channel] = above + (below - above) * fy;
  }
}

/** Cell size of the blurred room, frame pixels. */
const cell = 20;

/** The photo mirrored at its edges, averaged and blurred on a coarse grid: no neighbour's face survives it. */
function blurRoom(picture: Picture, optics: Optics): (x: number, y: number, into: Colour) => void {
  const across = Math.ceil(optics.width / cell) + 1;
  const down = Math.ceil(optics.height / cell) + 1;
  let grid = new Float32Array(across * down * 3);
  const [seen, sum] = [new Float64Array(3), new Float64Array(3)];
  for (let i = 0; i < across * down; i++) {
    const x = (i % across) * cell;
    const y = Math.floor(i / across) * cell;
    sum.fill(0);
    for (let part = 0; part < 9; part++) {
      const photo = photoPoint(optics, x + ((part % 3) - 1) * (cell / 3), y + (Math.floor(part / 3) - 1) * (cell / 3));
      sample(picture, mirror(photo.x, picture.width), mirror(photo.y, picture.height), seen);
      for (let channel = 0; channel < 3; channel++) sum[channel]! += seen[channel]!;
    }
    for (let channel = 0; channel < 3; channel++) grid[3 * i + channel] = sum[channel]! / 9;
  }
  for (let pass = 0; pass < 4; pass++) grid = blurGrid(grid, across, down);
  return (x, y, into) => {
    const x0 = Math.floor(x / cell);
    const y0 = Math.floor(y / cell);
    const [fx, fy] = [x / cell - x0, y / cell - y0];
    const row = 3 * across;
    for (let channel = 0, i = y0 * row + 3 * x0; channel < 3; channel++, i++) {
      const above = grid[i]! * (1 - fx) + grid[i + 3]! * fx;
      const below = grid[i + row]! * (1 - fx) + grid[i + row + 3]! * fx;
      into[channel] = above + (below - above) * fy;
    }
  };
}

function mirror(value: number, size: number): number {
  const period = 2 * (size - 1);
  const folded = ((value % period) + period) % period;
  return folded < size ? folded : period - folded;
}

/** Mean of each cell and its eight neighbours. */
function blurGrid(grid: Float32Array, across: number, down: number): Float32Array<ArrayBuffer> {
  const next = new Float32Array(grid.length);
  for (let i = 0; i < grid.length; i++) {
    const channel = i % 3;
    const x = Math.floor(i / 3) % across;
    const y = Math.floor(i / 3 / across);
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const nx = Math.max(0, Math.min(across - 1, x + dx));
        const ny = Math.max(0, Math.min(down - 1, y + dy));
        sum += grid[(ny * across + nx) * 3 + channel]!;
      }
    }
    next[i] = sum / 9;
  }
  return next;
}

/** A plain wall for an attacker to stand before: light at the top left, darker towards the other corner. */
export function paintWall(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const light = 168 - 50 * (0.6 * (x / width) + 0.4 * (y / height));
      data[to] = light;
      data[to + 1] = light * 0.98;
      data[to + 2] = light * 0.93;
    }
  }
  return data;
}
