import type { Box, Point } from './contract.ts';

/** Intersection over union of two boxes, 0…1. */
export function overlap(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (one.width * one.height + other.width * other.height - shared);
}

/** The square of `side` times the box's longer side around its centre. */
export function squareAround(box: Box, factor: number): { readonly centre: Point; readonly size: number } {
  return {
    centre: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
    size: Math.max(box.width, box.height) * factor,
  };
}

/** Angle of the line from `from` to `to`, degrees, clockwise positive as y grows downwards. */
export function angleOf(from: Point, to: Point): number {
  return (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
}
