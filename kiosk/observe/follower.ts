import type { Box, Detection, FaceModels, Mesh, Picture, Region } from '../../models/contract.ts';
import { overlap } from '../../models/geometry.ts';
import { boxOfMesh, regionOfDetection, regionOfMesh } from '../../models/mesh.ts';

/** What a picture shows of the person before the camera. */
export type Followed = {
  /** Everybody near the camera. */
  readonly faces: number;
  readonly face?: { readonly track: number; readonly mesh: Mesh; readonly box: Box };
};

export type FollowOptions = {
  /** Look for faces afresh on every so many pictures (1: on each, for pictures that do not belong together). */
  readonly detectEvery: number;
  /** Pictures that do not belong together: nothing is carried from one to the next. */
  readonly independent: boolean;
};

export type Follower = { follow(picture: Picture): Promise<Followed> };

/** Under this the region holds no face. */
const PRESENCE_BAR = 0.5;
/** A detection that overlaps the followed face less is somebody else. */
const SAME_FACE = 0.3;
/**
 * Who counts as a person at the counter: a face at least this high, compared with the followed one. Faces in posters,
 * on screens in the background and people far behind are smaller; they must not stop a sale.
 */
const NEAR_SHARE = 0.35;
/** No more faces than this are looked at closely in one picture. */
const MOST = 4;

/** Finds the nearest face and follows it from picture to picture; one call at a time. */
export function createFollower(models: FaceModels, options: FollowOptions): Follower {
  let track = 0;
  let faces = 0;
  let sinceDetection = 0;
  let last: { readonly mesh: Mesh; readonly box: Box; readonly width: number; readonly height: number } | undefined;

  const remember = (picture: Picture, mesh: Mesh): Followed => {
    last = { mesh, box: boxOfMesh(mesh), width: picture.width, height: picture.height };
    return { faces, face: { track, mesh, box: last.box } };
  };

  const lookAround = async (picture: Picture): Promise<Followed> => {
    const detections = (await models.detect(picture)).slice(0, MOST);
    const found = await firstFace(models, picture, detections, last);
    sinceDetection = 1;
    if (!found) {
      faces = 0;
      last = undefined;
      return { faces };
    }
    if (!found.same) track++;
    faces = 1 + (await countOthers(models, picture, found.others, boxOfMesh(found.mesh)));
    return remember(picture, found.mesh);
  };

  return {
    async follow(picture) {
      if (options.independent || last?.width !== picture.width || last?.height !== picture.height) last = undefined;
      if (!last || sinceDetection >= options.detectEvery) return lookAround(picture);
      const mesh = await meshIfPresent(models, picture, regionOfMesh(last.mesh));
      if (!mesh) return lookAround(picture);
      sinceDetection++;
      return remember(picture, mesh);
    },
  };
}

type Found = { readonly mesh: Mesh; readonly same: boolean; readonly others: readonly Detection[] };
type Last = { readonly mesh: Mesh; readonly box: Box };

/** The largest detection that a mesh confirms; where there is none, the followed face if the mesh still holds it. */
async function firstFace(
  models: FaceModels,
  picture: Picture,
  detections: readonly Detection[],
  last: Last | undefined,
): Promise<Found | undefined> {
  for (const [index, detection] of detections.entries()) {
    const same = last !== undefined && overlap(detection.box, last.box) >= SAME_FACE;
    const followed = same ? await meshIfPresent(models, picture, regionOfMesh(last.mesh)) : undefined;
    const mesh = followed ?? (await meshAfresh(models, picture, detection));
    if (mesh) return { mesh, same, others: detections.slice(index + 1) };
  }
  // A head turned far is often missed by the detector, not by the mesh.
  const mesh = last && (await meshIfPresent(models, picture, regionOfMesh(last.mesh)));
  return mesh && { mesh, same: true, others: [] };
}

async function countOthers(models: FaceModels, picture: Picture, others: readonly Detection[], followed: Box) {
  let count = 0;
  for (const other of others) {
    if (other.box.height < NEAR_SHARE * followed.height || overlap(other.box, followed) >= SAME_FACE) continue;
    if (await meshIfPresent(models, picture, regionOfDetection(other))) count++;
  }
  return count;
}

/** Twice: the first mesh places the region better than the detection does. */
async function meshAfresh(models: FaceModels, picture: Picture, detection: Detection): Promise<Mesh | undefined> {
  const rough = await meshIfPresent(models, picture, regionOfDetection(detection));
  return rough && meshIfPresent(models, picture, regionOfMesh(rough));
}

async function meshIfPresent(models: FaceModels, picture: Picture, region: Region): Promise<Mesh | undefined> {
  const mesh = await models.mesh(picture, region);
  return mesh.presence >= PRESENCE_BAR ? mesh : undefined;
}
