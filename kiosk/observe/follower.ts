import type { Box, FaceModels, Mesh, Picture } from '../../models/contract.ts';
import { overlap } from '../../models/geometry.ts';
import { boxOfMesh, regionOfMesh } from '../../models/mesh.ts';
import { countOthers, meshAfresh, meshIfPresent, nearestPerson, SAME_FACE } from '../../models/people.ts';

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
    const found = await (last ? look(models, picture, last) : lookForFirst(models, picture));
    sinceDetection = 1;
    faces = found ? 1 + found.others : 0;
    if (!found) {
      last = undefined;
      return { faces };
    }
    if (!found.same) track++;
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

type Last = { readonly mesh: Mesh; readonly box: Box };
type Found = { readonly mesh: Mesh; readonly same: boolean; readonly others: number };

/** The largest detection that a mesh confirms; where there is none, the followed face if the mesh still holds it. */
async function look(models: FaceModels, picture: Picture, last: Last): Promise<Found | undefined> {
  const detections = await models.detect(picture, last.box);
  for (const [index, detection] of detections.entries()) {
    const same = overlap(detection.box, last.box) >= SAME_FACE;
    const followed = same ? await meshIfPresent(models, picture, regionOfMesh(last.mesh)) : undefined;
    const mesh = followed ?? (await meshAfresh(models, picture, detection));
    if (!mesh) continue;
    return { mesh, same, others: await countOthers(models, picture, detections.slice(index + 1), boxOfMesh(mesh)) };
  }
  // A head turned far is often missed by the detector, not by the mesh.
  const mesh = await meshIfPresent(models, picture, regionOfMesh(last.mesh));
  return mesh && { mesh, same: true, others: 0 };
}

async function lookForFirst(models: FaceModels, picture: Picture): Promise<Found | undefined> {
  const person = await nearestPerson(models, picture);
  return person && { mesh: person.mesh, same: false, others: person.faces - 1 };
}
