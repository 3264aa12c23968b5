import type { Point } from './optics.ts';

/**
 * A turn about a pivot, then a shift. Degrees: `yaw` > 0 the nose points to the picture's left edge, `pitch` > 0 up,
 * `roll` > 0 clockwise in the picture. Millimetres: x right, y down, z away from the camera.
 */
export type Placement = {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
};

/** Adds each part of two placements: good for the small second one that a sway is. */
export function addPlacements(one: Placement, other: Partial<Placement>): Placement {
  return {
    yaw: one.yaw + (other.yaw ?? 0),
    pitch: one.pitch + (other.pitch ?? 0),
    roll: one.roll + (other.roll ?? 0),
    x: one.x + (other.x ?? 0),
    y: one.y + (other.y ?? 0),
    z: one.z + (other.z ?? 0),
  };
}

/** The point after `share` (0…1) of the placement: first the roll, then the pitch, last the yaw, then the shift. */
export function movePoint(point: Point, pivot: Point, placement: Placement, share: number): Point {
  const radians = (Math.PI / 180) * share;
  const x0 = point[0] - pivot[0];
  const y0 = point[1] - pivot[1];
  const z0 = point[2] - pivot[2];
  const [cr, sr] = [Math.cos(placement.roll * radians), Math.sin(placement.roll * radians)];
  const x1 = x0 * cr - y0 * sr;
  const y1 = x0 * sr + y0 * cr;
  const [cp, sp] = [Math.cos(placement.pitch * radians), Math.sin(placement.pitch * radians)];
  const y2 = y1 * cp + z0 * sp;
  const z2 = z0 * cp - y1 * sp;
  const [cy, sy] = [Math.cos(placement.yaw * radians), Math.sin(placement.yaw * radians)];
  return [
    x1 * cy + z2 * sy + pivot[0] + placement.x * share,
    y2 + pivot[1] + placement.y * share,
    z2 * cy - x1 * sy + pivot[2] + placement.z * share,
  ];
}
