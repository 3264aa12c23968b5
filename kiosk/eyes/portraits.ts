import type { Portrait } from '../../hardware/define.ts';
import { type FaceModels, ModelError, type Picture } from '../../models/contract.ts';
import { regionOfDetection, regionOfMesh } from '../../models/mesh.ts';
import { decodePicture } from '../../models/picture.ts';
import { portraitJpeg } from '../../models/portraits.ts';

/** What portraits are made with. */
export type PortraitDeps = {
  readonly models: Pick<FaceModels, 'detect' | 'mesh'>;
  readonly canonical: { readonly triangles: Uint16Array };
  /** Where the built models and photographs lie. */
  readonly directory: string;
};

/**
 * Prepares the simulated person's face: the portrait's picture, its mesh and its triangles. Each is made once.
 * @throws ModelError `model-missing` for an unknown name, `model-failed` when the picture does not show one face.
 */
export function createPortraits(deps: PortraitDeps): (name: string) => Promise<Portrait> {
  const made = new Map<string, Promise<Portrait>>();
  return (name) => {
    const known = made.get(name);
    if (known) return known;
    const portrait = makePortrait(name, deps);
    made.set(name, portrait);
    portrait.catch(() => made.delete(name));
    return portrait;
  };
}

async function makePortrait(name: string, { models, canonical, directory }: PortraitDeps): Promise<Portrait> {
  const picture = await decodePicture(await portraitJpeg(name, directory));
  return { picture, points: await meshPoints(name, picture, models), triangles: canonical.triangles };
}

/** The mesh network is asked twice: the second time of a cut-out that the first one's mesh gives. */
async function meshPoints(name: string, picture: Picture, models: PortraitDeps['models']): Promise<Float32Array> {
  const faces = await models.detect(picture);
  if (faces.length !== 1)
    throw new ModelError('model-failed', `the portrait ${name} shows ${faces.length} faces, not 1`);
  const first = await models.mesh(picture, regionOfDetection(faces[0]!));
  const second = await models.mesh(picture, regionOfMesh(first));
  return second.points;
}
