import type { Portrait } from '../define.ts';
import { smooth } from './backdrop.ts';
import { framePoint, type Optics, type Point, project, spacePoint } from './optics.ts';
import { movePoint, type Placement } from './placement.ts';
import type { Surface } from './raster.ts';

/** The rim of the face, 36 vertices of the mesh, clockwise in the picture from the forehead. */
const rim = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** Distance of the rings around the rim, in shares of the rim's own distance from the middle of the face. */
const rings = [1.06, 1.14, 1.26, 1.4, 1.6, 1.85, 2.15, 2.5];

/** A head, and the part of the picture around it that gives way when it moves. */
export type Head = {
  /** Where each vertex is at rest, millimetres before the camera. */
  readonly rest: Float32Array;
  /** 1: moves with the head; 0: stands still with the room; between: the neck, the hair's ends. */
  readonly share: Float32Array;
  readonly coordinates: Float32Array;
  readonly triangles: Uint16Array;
  /** The point that the head turns about. */
  readonly pivot: Point;
  readonly optics: Optics;
};

type Vertex = { readonly x: number; readonly y: number; readonly z: number; readonly share: number };

/** Builds the head of a portrait that stands as `optics` says. `detail`: texture pixels a frame pixel. */
export function buildHead(portrait: Portrait, optics: Optics, detail: number): Head {
  const { points } = portrait;
  const face = points.length / 3;
  const vertices: Vertex[] = [];
  for (let i = 0; i < face; i++) {
    vertices.push({ x: points[i * 3]!, y: points[i * 3 + 1]!, z: points[i * 3 + 2]!, share: 1 });
  }
  const rimDepth = rim.reduce((sum, vertex) => sum + points[vertex * 3 + 2]!, 0) / rim.length;
  for (const ring of rings) {
    for (const vertex of rim) vertices.push(ringVertex(vertices[vertex]!, ring, rimDepth, optics));
  }
  const rest = new Float32Array(vertices.length * 3);
  const coordinates = new Float32Array(vertices.length * 2);
  vertices.forEach((vertex, i) => {
    rest.set(spacePoint(optics, vertex.x, vertex.y, vertex.z), i * 3);
    const seen = framePoint(optics, vertex.x, vertex.y);
    coordinates.set([(seen.x + 0.5) * detail - 0.5, (seen.y + 0.5) * detail - 0.5], i * 2);
  });
  const ears = (points[234 * 3 + 2]! + points[454 * 3 + 2]!) / 2;
  const { centre, faceHeight } = optics;
  return {
    rest,
    share: Float32Array.from(vertices, (vertex) => vertex.share),
    coordinates,
    triangles: Uint16Array.from([...portrait.triangles, ...ringTriangles(face)]),
    // Between the ears for a turn; a nod's joint lies there too, at the height of the mouth.
    pivot: spacePoint(optics, centre.x, centre.y + 0.22 * faceHeight, ears + 0.12 * faceHeight),
    optics,
  };
}

/** A point outward of a rim's vertex: further back the further out, and less of the head's motion. */
function ringVertex(from: Vertex, ring: number, rimDepth: number, optics: Optics): Vertex {
  const { centre, faceHeight } = optics;
  const across = (from.x - centre.x) / faceHeight;
  const down = (from.y - centre.y) / faceHeight;
  /** 1 under the chin, 0 at the temples and above. */
  const below = smooth(down * 2.6) * (1 - smooth((Math.abs(across) - 0.1) * 2));
  // The skull curves back from the rim, slowly at first; under the chin the neck lies back at once.
  const back = faceHeight * (0.42 * (ring - 1) ** 1.4 + 0.22 * below * smooth((ring - 1) * 5));
  const still = 2.4 - 0.55 * below;
  const whole = 1.45 - 0.4 * below;
  return {
    x: centre.x + (from.x - centre.x) * ring,
    y: centre.y + (from.y - centre.y) * ring,
    z: from.z + (rimDepth - from.z) * smooth((ring - 1) / 1.2) + back,
    share: 1 - smooth((ring - whole) / (still - whole)),
  };
}

/** Two triangles for each side of each ring; the rim is the innermost. */
function ringTriangles(face: number): number[] {
  const triangles: number[] = [];
  const sides = rim.length;
  const vertex = (ring: number, side: number) => (ring < 0 ? rim[side % sides]! : face + ring * sides + (side % sides));
  for (let ring = 0; ring < rings.length; ring++) {
    for (let side = 0; side < sides; side++) {
      triangles.push(vertex(ring - 1, side), vertex(ring - 1, side + 1), vertex(ring, side));
      triangles.push(vertex(ring - 1, side + 1), vertex(ring, side + 1), vertex(ring, side));
    }
  }
  return triangles;
}

/** The head as the camera sees it in a placement. `vertices` is overwritten by the next call on the same array. */
export function poseHead(head: Head, placement: Placement, vertices: Float32Array): Surface {
  const { rest, share, pivot, optics } = head;
  for (let i = 0; i < share.length; i++) {
    const at = i * 3;
    const point = [rest[at]!, rest[at + 1]!, rest[at + 2]!] as const;
    vertices.set(project(optics, share[i] === 0 ? point : movePoint(point, pivot, placement, share[i]!)), at);
  }
  return { vertices, coordinates: head.coordinates, triangles: head.triangles };
}
