import type { Picture, Region } from './contract.ts';

/** Maps a target pixel (u, v) to the source pixel (a·u + b·v + c, d·u + e·v + f); whole numbers are pixel centres. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** What a network takes grey levels and the world beyond the picture for. */
export type Levels = {
  readonly order: 'rgb' | 'bgr';
  /** A grey level 0…255 becomes `level * scale + offset`. */
  readonly scale: number;
  readonly offset: number;
  /** What lies beyond the picture: its edge drawn out, or black. */
  readonly outside: 'edge' | 'black';
};

/** How a network wants its picture. */
export type InputForm = Levels & {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** `planes` is NCHW, `pixels` is NHWC. */
  readonly layout: 'planes' | 'pixels';
};

/** The square of `region`, `side` target pixels long and wide. */
export function affineOfRegion(region: Region, side: number): Affine {
  const step = region.size / side;
  const angle = (region.roll * Math.PI) / 180;
  const cos = Math.cos(angle) * step;
  const sin = Math.sin(angle) * step;
  const half = (side - 1) / 2;
  // The region's centre is a coordinate whose pixel centres lie at .5, hence the − 0.5.
  return [cos, -sin, region.centre.x - 0.5 - (cos - sin) * half, sin, cos, region.centre.y - 0.5 - (sin + cos) * half];
}

/** An axis-parallel rectangle stretched over `width × height` target pixels. */
export function affineOfRectangle(
  rectangle: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  width: number,
  height: number,
): Affine {
  const across = rectangle.width / width;
  const down = rectangle.height / height;
  return [across, 0, rectangle.x + across / 2 - 0.5, 0, down, rectangle.y + down / 2 - 0.5];
}

/**
 * Cuts, scales (bilinear) and normalises in one pass into `target`, `width * height * 3` numbers. It says what a canvas
 * does, and does what a canvas cannot.
 */
export function cropInto(target: Float32Array, picture: Picture, affine: Affine, form: InputForm): void {
  const { width: across, height: down, scale, offset } = form;
  const [a, b, c, d, e, f] = affine;
  const { data, width, height } = picture;
  const pixelStep = form.layout === 'pixels' ? 3 : 1;
  const channelStep = form.layout === 'pixels' ? 1 : across * down;
  const first = form.order === 'rgb' ? 0 : 2 * channelStep;
  const second = channelStep;
  const third = form.order === 'rgb' ? 2 * channelStep : 0;
  const black = form.outside === 'black';
  const lastX = width - 1;
  const lastY = height - 1;
  const row = width * 3;
  let to = 0;
  for (let v = 0; v < down; v++) {
    let x = b * v + c;
    let y = e * v + f;
    for (let u = 0; u < across; u++, x += a, y += d, to += pixelStep) {
      if (black && (x < -0.5 || y < -0.5 || x > lastX + 0.5 || y > lastY + 0.5)) {
        target[to + first] = target[to + second] = target[to + third] = offset;
        continue;
      }
      const sx = x < 0 ? 0 : Math.min(x, lastX);
      const sy = y < 0 ? 0 : Math.min(y, lastY);
      const x0 = sx | 0;
      const y0 = sy | 0;
      const p = y0 * row + x0 * 3;
      const q = x0 < lastX ? p + 3 : p;
      const below = y0 < lastY ? row : 0;
      const fx = sx - x0;
      const fy = sy - y0;
      const w11 = fx * fy;
      const w01 = fx - w11;
      const w10 = fy - w11;
      const w00 = 1 - fx - w10;
      const r = data[p]! * w00 + data[q]! * w01 + data[p + below]! * w10 + data[q + below]! * w11;
      const g = data[p + 1]! * w00 + data[q + 1]! * w01 + data[p + 1 + below]! * w10 + data[q + 1 + below]! * w11;
      const bl = data[p + 2]! * w00 + data[q + 2]! * w01 + data[p + 2 + below]! * w10 + data[q + 2 + below]! * w11;
      target[to + first] = r * scale + offset;
      target[to + second] = g * scale + offset;
      target[to + third] = bl * scale + offset;
    }
  }
}
