/** How a face in a photo is turned, degrees, with the signs of `Turn`; `roll` > 0: clockwise in the picture. */
export type Stance = { readonly yaw: number; readonly pitch: number; readonly roll: number };

/** Pairs of vertices on either side of the face, image-left first: its edges, eyes and mouth corners. */
const pairs = [
  [234, 454],
  [132, 361],
  [33, 263],
  [61, 291],
] as const;
const forehead = 10;
const chin = 152;
const degrees = 180 / Math.PI;

/** Reads the stance off the mesh's symmetry: near enough to stand a portrait upright, no measurement. */
export function readStance(points: Float32Array): Stance {
  const across = [0, 1, 2].map((axis) =>
    pairs.reduce((sum, [left, right]) => sum + points[right * 3 + axis]! - points[left * 3 + axis]!, 0),
  );
  const down = [0, 1, 2].map((axis) => points[chin * 3 + axis]! - points[forehead * 3 + axis]!);
  return {
    yaw: -Math.atan2(across[2]!, across[0]!) * degrees,
    pitch: -Math.atan2(down[2]!, Math.hypot(down[0]!, down[1]!)) * degrees,
    roll: Math.atan2(across[1]!, across[0]!) * degrees,
  };
}

/**
 * The turn that makes a photographed person look at the camera nearly enough: what the photo lacks behind the cheek
 * is the less seen the less it is turned, so `leave` degrees stay.
 */
export function straighten(stance: Stance, leave: number): Stance {
  const turn = (angle: number) => -Math.sign(angle) * Math.max(0, Math.abs(angle) - leave);
  return { yaw: turn(stance.yaw), pitch: turn(stance.pitch), roll: turn(stance.roll) };
}
