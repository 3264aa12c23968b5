import { readFile } from 'node:fs/promises';
import { fivePoints } from '../models/align.ts';
import type { CanonicalFace } from '../models/canonical.ts';
import { type FaceModels, ModelError, type Picture } from '../models/contract.ts';
import { type Examined, type FaceFault, faultOf } from '../models/gate.ts';
import { boxOfMesh, regionOfDetection, regionOfMesh } from '../models/mesh.ts';
import { decodePicture } from '../models/picture.ts';
import { poseOf } from '../models/pose.ts';
import { measureQuality } from '../models/quality.ts';
import { EvaluationError } from './errors.ts';

/** The models under measurement. */
export type Eyes = { readonly models: FaceModels; readonly canonical: CanonicalFace };

/** What the models make of one still. */
export type Look = Examined & {
  readonly picture: Picture;
  /** Faces found; the largest is the one that is examined. */
  readonly faces: number;
  readonly fault?: FaceFault;
};

/** As the kiosk: wider pictures are shrunk, pixels. */
const MAX_WIDTH = 640;

/**
 * Looks at one still as the kiosk looks at a frame: the detector, the mesh twice (the first places the region better
 * than the detector does), pose, quality and gate. Nothing where no face is found.
 * @throws EvaluationError `data-missing`; ModelError `picture-unreadable`, naming the file.
 */
export async function lookAt(eyes: Eyes, path: string): Promise<Look | undefined> {
  return lookAtPicture(eyes, await readPicture(path));
}

/** The same for a picture that is there already. */
export async function lookAtPicture({ models, canonical }: Eyes, picture: Picture): Promise<Look | undefined> {
  const detections = await models.detect(picture);
  const [detection] = detections;
  if (!detection) return undefined;
  const rough = await models.mesh(picture, regionOfDetection(detection));
  const mesh = await models.mesh(picture, regionOfMesh(rough));
  const box = boxOfMesh(mesh);
  const examined = {
    detection,
    mesh,
    box,
    pose: poseOf(mesh, canonical),
    quality: measureQuality(picture, box),
  };
  const fault = faultOf(examined);
  return { ...examined, picture, faces: detections.length, ...(fault && { fault }) };
}

async function readPicture(path: string): Promise<Picture> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new EvaluationError(
      'data-missing',
      `${path} is in its table and cannot be read (${error.code ?? error.message})`,
    );
  });
  return decodePicture(bytes, MAX_WIDTH).catch((error: unknown) => {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(error.code, `${path}: ${error.message}`, { cause: error });
  });
}

export function embed({ models }: Eyes, look: Look): Promise<Float32Array> {
  return models.embed(look.picture, fivePoints(look.mesh));
}
