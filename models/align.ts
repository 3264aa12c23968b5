import type { Mesh, Point } from './contract.ts';
import type { Affine } from './crop.ts';
import { vertexOf } from './mesh.ts';

/** Where eyes, nose tip and mouth corners lie in ArcFace's 112 × 112 picture, image-left first. */
const TEMPLATE: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];
/** Vertices whose mean is each of the five points. */
const FIVE: readonly (readonly number[])[] = [[33, 133], [362, 263], [4], [61], [291]];

/** The five points that `embed` aligns by: eyes, nose tip, mouth corners, image-left first. */
export function fivePoints(mesh: Mesh): Point[] {
  return FIVE.map((vertices) => {
    const points = vertices.map((vertex) => vertexOf(mesh, vertex));
    return {
      x: points.reduce((sum, point) => sum + point.x, 0) / points.length,
      y: points.reduce((sum, point) => sum + point.y, 0) / points.length,
    };
  });
}

/**
 * The similarity from template pixels to picture pixels that fits the five points best (least squares, after Umeyama;
 * faces are not mirrored, so the closed form for the plane is enough).
 */
export function alignFive(five: readonly Point[]): Affine {
  const from = mean(TEMPLATE);
  const to = mean(five);
  let [dot, cross, spread] = [0, 0, 0];
  TEMPLATE.forEach((point, i) => {
    const [px, py] = [point.x - from.x, point.y - from.y];
    const [qx, qy] = [five[i]!.x - to.x, five[i]!.y - to.y];
    dot += px * qx + py * qy;
    cross += px * qy - py * qx;
    spread += px * px + py * py;
  });
  const [a, b] = [dot / spread, cross / spread];
  return [a, -b, to.x - a * from.x + b * from.y, b, a, to.y - b * from.x - a * from.y];
}

function mean(points: readonly Point[]): Point {
  return {
    x: points.reduce((sum, point) => sum + point.x, 0) / points.length,
    y: points.reduce((sum, point) => sum + point.y, 0) / points.length,
  };
}
