import type { Box, Detection, Mesh, Picture, Point, Region } from './contract.ts';
import { affineOfRegion, type Levels } from './crop.ts';
import { angleOf, squareAround } from './geometry.ts';
import { type Network, outputOfLength } from './session.ts';

export const MESH_VERTICES = 468;
/** How much larger than the face the mesh network's cut-out is (MediaPipe's value). */
const MARGIN = 1.5;
const RIGHT_EYE_OUTER = 33;
const LEFT_EYE_OUTER = 263;
const LEVELS: Levels = { order: 'rgb', scale: 1 / 255, offset: 0, outside: 'edge' };

/** The region to look for the mesh in, from a fresh detection: the eyes' line gives the roll. */
export function regionOfDetection(detection: Detection): Region {
  const [eye, otherEye] = detection.keypoints;
  return { ...squareAround(detection.box, MARGIN), roll: angleOf(eye!, otherEye!) };
}

/** The region for the next frame, from this frame's mesh. */
export function regionOfMesh(mesh: Mesh): Region {
  const roll = angleOf(vertexOf(mesh, RIGHT_EYE_OUTER), vertexOf(mesh, LEFT_EYE_OUTER));
  return { ...squareAround(boxOfMesh(mesh), MARGIN), roll };
}

/** The smallest box around all vertices. */
export function boxOfMesh(mesh: Mesh): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < mesh.points.length; i += 3) {
    const x = mesh.points[i]!;
    const y = mesh.points[i + 1]!;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** One vertex's place in the picture. */
export function vertexOf(mesh: Mesh, vertex: number): Point {
  return { x: mesh.points[vertex * 3]!, y: mesh.points[vertex * 3 + 1]! };
}

/** The 468 vertices of the face in `region`. Source: MediaPipe's face mesh, input 0…1, output in input pixels. */
export async function meshFace(network: Network, picture: Picture, region: Region): Promise<Mesh> {
  const side = network.width;
  const affine = affineOfRegion(region, side);
  const outputs = await network.look(picture, affine, LEVELS);
  const raw = outputOfLength(network.id, outputs, MESH_VERTICES * 3);
  const flag = outputOfLength(network.id, outputs, 1);
  // This conversion applies the sigmoid itself: the flag already is a probability.
  return { points: toPicture(raw, region, side), presence: Math.max(0, Math.min(1, flag[0]!)) };
}

/** From pixels of the network's input to pixels of the picture; z is scaled like x. */
function toPicture(raw: Float32Array, region: Region, side: number): Float32Array {
  const step = region.size / side;
  const angle = (region.roll * Math.PI) / 180;
  const cos = Math.cos(angle) * step;
  const sin = Math.sin(angle) * step;
  const points = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i += 3) {
    const x = raw[i]! - side / 2;
    const y = raw[i + 1]! - side / 2;
    points[i] = region.centre.x + cos * x - sin * y;
    points[i + 1] = region.centre.y + sin * x + cos * y;
    points[i + 2] = raw[i + 2]! * step;
  }
  return points;
}
