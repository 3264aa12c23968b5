import type { Portrait } from '../define.ts';
import { type Optics, project, spacePoint } from './optics.ts';
import { movePoint, type Placement } from './placement.ts';
import type { Surface } from './raster.ts';

type Picture = Portrait['picture'];

/** Cells a side: enough that a bent sheet looks round. */
const usualCells = 20;
const paper = 244;

/** A print on paper, flat in itself: whatever is done to it, it stays a developable surface. */
export type Sheet = {
  /** The print with its white border, R G B. */
  readonly print: Picture;
  /** Grid of places on the paper: millimetres from its middle, x y each. */
  readonly places: Float32Array;
  readonly coordinates: Float32Array;
  readonly triangles: Uint16Array;
  readonly optics: Optics;
};

/** Prints the part of the photo around the face, as large as life, with a border. */
export function buildSheet(portrait: Portrait, optics: Optics, cells = usualCells): Sheet {
  const print = printPhoto(portrait.picture, optics);
  const side = cells + 1;
  const places = new Float32Array(side * side * 2);
  const coordinates = new Float32Array(side * side * 2);
  for (let i = 0; i < side * side; i++) {
    const u = (i % side) / cells;
    const v = Math.floor(i / side) / cells;
    coordinates.set([u * (print.width - 1), v * (print.height - 1)], i * 2);
    places.set([(u - 0.5) * print.width * optics.scale, (v - 0.5) * print.height * optics.scale], i * 2);
  }
  const triangles: number[] = [];
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const at = row * side + column;
      triangles.push(at, at + 1, at + side, at + 1, at + side + 1, at + side);
    }
  }
  return { print, places, coordinates, triangles: Uint16Array.from(triangles), optics };
}

/** Ink on paper has less contrast than light: black is dark grey, white is the paper. */
function printPhoto(picture: Picture, { centre, faceHeight }: Optics): Picture {
  const left = Math.max(0, Math.round(centre.x - 0.85 * faceHeight));
  const right = Math.min(picture.width, Math.round(centre.x + 0.85 * faceHeight));
  const top = Math.max(0, Math.round(centre.y - 0.95 * faceHeight));
  const bottom = Math.min(picture.height, Math.round(centre.y + 0.95 * faceHeight));
  const border = Math.round(0.06 * faceHeight);
  const width = right - left + 2 * border;
  const height = bottom - top + 2 * border;
  const data = new Uint8Array(width * height * 3).fill(paper);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const from = (y * picture.width + x) * 3;
      const to = ((y - top + border) * width + (x - left + border)) * 3;
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = 34 + (picture.data[from + channel]! * (paper - 34)) / 255;
      }
    }
  }
  return { width, height, data };
}

/**
 * The sheet as the camera sees it, bent around an upright axis so that its edges point `bend` degrees away from the
 * camera, then placed. `vertices` is overwritten by the next call on the same array.
 */
export function poseSheet(sheet: Sheet, placement: Placement, bend: number, vertices: Float32Array): Surface {
  const { places, optics, print } = sheet;
  const middle = spacePoint(optics, optics.centre.x, optics.centre.y, optics.centre.z);
  const curvature = (bend * Math.PI) / 180 / ((print.width / 2) * optics.scale);
  for (let i = 0; i * 2 < places.length; i++) {
    const across = places[i * 2]!;
    const angle = across * curvature;
    const flat = Math.abs(curvature) < 1e-9;
    const x = flat ? across : Math.sin(angle) / curvature;
    const z = flat ? 0 : (1 - Math.cos(angle)) / curvature;
    const point = [middle[0] + x, middle[1] + places[i * 2 + 1]!, middle[2] + z] as const;
    vertices.set(project(optics, movePoint(point, middle, placement, 1)), i * 3);
  }
  return { vertices, coordinates: sheet.coordinates, triangles: sheet.triangles };
}
