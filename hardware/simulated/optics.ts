import type { Portrait } from '../define.ts';

/** A pinhole camera and where the photo's face stands before it. Lengths in millimetres, x right, y down, z away. */
export type Optics = {
  /** The frame, pixels. */
  readonly width: number;
  readonly height: number;
  /** Focal length, pixels. */
  readonly focal: number;
  /** From the camera to the middle of the face. */
  readonly distance: number;
  /** Millimetres a photo pixel, at the face. */
  readonly scale: number;
  /** Frame pixels a photo pixel, at the face. */
  readonly zoom: number;
  /** The photo pixel that is the middle of the face, and the mesh's depth there. */
  readonly centre: { readonly x: number; readonly y: number; readonly z: number };
  /** Height of the face in the photo, forehead to chin, pixels. */
  readonly faceHeight: number;
};

/** A point in space, millimetres. */
export type Point = readonly [x: number, y: number, z: number];

/** Forehead to chin of an adult's mesh. */
const faceMillimetres = 170;
const forehead = 10;
const chin = 152;

/** Places the portrait's face in the frame of a camera with a 45° vertical field of view. */
export function placePortrait(portrait: Portrait, width: number, height: number, distance: number): Optics {
  const { points } = portrait;
  const at = (vertex: number, axis: number) => points[vertex * 3 + axis]!;
  const faceHeight = Math.hypot(at(chin, 0) - at(forehead, 0), at(chin, 1) - at(forehead, 1));
  const focal = height / 2 / Math.tan(Math.PI / 8);
  const scale = faceMillimetres / faceHeight;
  return {
    width,
    height,
    focal,
    distance,
    scale,
    zoom: (focal * scale) / distance,
    centre: {
      x: (at(forehead, 0) + at(chin, 0)) / 2,
      y: (at(forehead, 1) + at(chin, 1)) / 2,
      z: (at(forehead, 2) + at(chin, 2)) / 2,
    },
    faceHeight,
  };
}

/** Frame pixel of a photo pixel when nothing moves. The face's middle stands a little above the frame's. */
export function framePoint(optics: Optics, x: number, y: number): { readonly x: number; readonly y: number } {
  return {
    x: optics.width / 2 + (x - optics.centre.x) * optics.zoom,
    y: optics.height * 0.46 + (y - optics.centre.y) * optics.zoom,
  };
}

/** Photo pixel that a frame pixel shows when nothing moves. */
export function photoPoint(optics: Optics, x: number, y: number): { readonly x: number; readonly y: number } {
  return {
    x: (x - optics.width / 2) / optics.zoom + optics.centre.x,
    y: (y - optics.height * 0.46) / optics.zoom + optics.centre.y,
  };
}

/** Point in space of a photo pixel at a mesh depth (photo pixels), so that at rest it is seen exactly where the photo shows it. */
export function spacePoint(optics: Optics, x: number, y: number, z: number): Point {
  const seen = framePoint(optics, x, y);
  const depth = optics.distance + (z - optics.centre.z) * optics.scale;
  return [
    ((seen.x - optics.width / 2) * depth) / optics.focal,
    ((seen.y - optics.height / 2) * depth) / optics.focal,
    depth,
  ];
}

/** Where the camera sees a point: x and y in frame pixels, and its depth. */
export function project(optics: Optics, [x, y, z]: Point): Point {
  return [optics.width / 2 + (optics.focal * x) / z, optics.height / 2 + (optics.focal * y) / z, z];
}
