import type { Picture } from './contract.ts';
import { type Affine, cropInto, type InputForm } from './crop.ts';
import { WEIGHT_ONE } from './simd/crop-kernel.ts';
import { openWorkspace, type Workspace } from './simd/workspace.ts';

/** Where pictures are cut out for a network: its input, in memory that the vector code writes. */
export type Canvas = {
  readonly pixels: Float32Array;
  /** `cropInto` these pixels, several times as fast. */
  cut(picture: Picture, affine: Affine, form: InputForm): void;
};

/** A canvas of `length` numbers. */
export function openCanvas(length: number): Canvas {
  const workspace = openWorkspace();
  const pixels = new Float32Array(workspace.bytes(length * 4).buffer, 0, length);
  return {
    pixels,
    cut(picture, affine, form) {
      if (isForKernel(picture, affine, form)) crop(workspace, pixels, picture, affine, form);
      else cropInto(pixels, picture, affine, form);
    },
  };
}

/** The kernel writes planes, four pixels at a time, each from two by two neighbours, and would trip over NaN. */
function isForKernel({ width, height }: Picture, affine: Affine, form: InputForm): boolean {
  const finite = affine.every((number) => Number.isFinite(number));
  return form.layout === 'planes' && form.width % 4 === 0 && width > 1 && height > 1 && finite;
}

function crop(workspace: Workspace, pixels: Float32Array, picture: Picture, affine: Affine, form: InputForm): void {
  const [a, b, c, d, e, f] = affine;
  const { width, height, order, scale, offset, outside } = form;
  const [first, past] = outside === 'black' ? rowsInside(picture, affine, height) : [0, height];
  const plane = width * height;
  for (let start = 0; start < 3 * plane; start += plane) {
    pixels.fill(offset, start, start + first * width);
    pixels.fill(offset, start + past * width, start + plane);
  }
  if (past === first) return;
  const [red, blue] = order === 'rgb' ? [0, 2 * plane] : [2 * plane, 0];
  const kernels = workspace.on(picture);
  const kernel = outside === 'black' ? kernels.cropBlack : kernels.crop;
  kernel(
    ...[picture.width * 3, width, past - first],
    ...[a, b, c + b * first, d, e, f + e * first],
    ...[picture.width - 1, picture.height - 1],
    ...[red, plane, blue].map((start) => (start + first * width) * 4),
    ...[scale / WEIGHT_ONE, offset],
  );
}

/** The target's first row, and the one past the last, that an upright cut-out takes from the picture. */
function rowsInside(picture: Picture, [, , , d, e, f]: Affine, down: number): [number, number] {
  if (d !== 0 || e <= 0) return [0, down];
  const first = Math.max(0, Math.min(down, Math.ceil((-0.5 - f) / e)));
  const past = Math.floor((picture.height - 0.5 - f) / e) + 1;
  return [first, Math.max(first, Math.min(down, past))];
}
