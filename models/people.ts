import type { Box, Detection, FaceModels, Mesh, Picture, Region } from './contract.ts';
import { overlap } from './geometry.ts';
import { boxOfMesh, regionOfDetection, regionOfMesh } from './mesh.ts';

/** Under this the region holds no face. */
const PRESENCE_BAR = 0.5;
/** A detection that overlaps a face less is another face. */
export const SAME_FACE = 0.3;
/**
 * Who counts as a person at the counter: a face at least this high, compared with the nearest one. Faces in posters,
 * on screens in the background and people far behind are smaller; they must not stop a sale.
 */
const NEAR_SHARE = 0.35;

/** The nearest person of a picture. */
export type Person = {
  readonly mesh: Mesh;
  /** Around the mesh. */
  readonly box: Box;
  /** People near the camera, this one included. */
  readonly faces: number;
};

/** The largest face that a mesh confirms, for a picture that stands alone; undefined when there is none. */
export async function nearestPerson(models: FaceModels, picture: Picture): Promise<Person | undefined> {
  const detections = await models.detect(picture);
  for (const [index, detection] of detections.entries()) {
    const mesh = await meshAfresh(models, picture, detection);
    if (!mesh) continue;
    const others = await countOthers(models, picture, detections.slice(index + 1), boxOfMesh(mesh));
    return { mesh, box: boxOfMesh(mesh), faces: 1 + others };
  }
  return undefined;
}

/** How many of the detections are further people near the camera; each is confirmed by a mesh. */
export async function countOthers(models: FaceModels, picture: Picture, others: readonly Detection[], nearest: Box) {
  let count = 0;
  for (const other of others) {
    if (other.box.height < NEAR_SHARE * nearest.height || overlap(other.box, nearest) >= SAME_FACE) continue;
    if (await meshIfPresent(models, picture, regionOfDetection(other))) count++;
  }
  return count;
}

/** Twice: the first mesh places the region better than the detection does. */
export async function meshAfresh(models: FaceModels, picture: Picture, face: Detection): Promise<Mesh | undefined> {
  const rough = await meshIfPresent(models, picture, regionOfDetection(face));
  return rough && meshIfPresent(models, picture, regionOfMesh(rough));
}

/** The mesh in the region, or undefined when the network says that no face is there. */
export async function meshIfPresent(models: FaceModels, picture: Picture, region: Region): Promise<Mesh | undefined> {
  const mesh = await models.mesh(picture, region);
  return mesh.presence >= PRESENCE_BAR ? mesh : undefined;
}
