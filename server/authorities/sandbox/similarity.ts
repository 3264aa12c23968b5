import { fivePoints } from '../../../models/align.ts';
import type { FaceModels, Picture } from '../../../models/contract.ts';
import { compareEmbeddings } from '../../../models/embed.ts';
import { regionOfDetection } from '../../../models/mesh.ts';
import { decodePicture } from '../../../models/picture.ts';

export type Similarity =
  | { readonly kind: 'similar' /** 0–100 */; readonly sim: number }
  | { readonly kind: 'no-face' | 'two-faces' | 'unreadable' };

/** How alike the face of a still is to that of a registered portrait. Rejects when the models fail. */
export type CompareFaces = (still: Uint8Array, portrait: string) => Promise<Similarity>;

/** The embedder's threshold: models/manifest.json, embedder-mobilefacenet. */
const THRESHOLD = 0.52;
/** The police registry's: "70 = same person". */
const SAME_PERSON = 70;

/**
 * Cosine to the registry's scale, never falling: 0 and below → 0, the embedder's threshold → 70, 1 → 100, straight between.
 * So "same person" at the registry is "same person" for our embedder (FMR 0.06 % on CASIA-FaceV5, not the 0.01 % that the
 * real registry states).
 */
export function similarityOf(cosine: number): number {
  if (Number.isNaN(cosine) || cosine <= 0) return 0;
  if (cosine >= 1) return 100;
  if (cosine < THRESHOLD) return (SAME_PERSON * cosine) / THRESHOLD;
  return SAME_PERSON + ((100 - SAME_PERSON) * (cosine - THRESHOLD)) / (1 - THRESHOLD);
}

/**
 * Compares for real, with the project's models. Embeds the portraits of the whole register at once, so that a missing
 * photograph is known before the first question.
 * @throws ModelError; Error when a portrait does not show exactly one face.
 */
export async function openRegister(
  models: FaceModels,
  names: readonly string[],
  portraitJpeg: (name: string) => Promise<Uint8Array>,
): Promise<CompareFaces> {
  const register = new Map<string, Float32Array>();
  for (const name of names) register.set(name, await embedPortrait(models, name, portraitJpeg));
  return async (still, portrait) => {
    const registered = register.get(portrait);
    if (registered === undefined) throw new Error(`the register has no portrait ${portrait}`);
    const picture = await decodePicture(still).catch(() => undefined);
    if (picture === undefined) return { kind: 'unreadable' };
    const face = await embedOnly(models, picture);
    if (typeof face === 'string') return { kind: face };
    return { kind: 'similar', sim: similarityOf(compareEmbeddings(face, registered)) };
  };
}

async function embedPortrait(
  models: FaceModels,
  name: string,
  portraitJpeg: (name: string) => Promise<Uint8Array>,
): Promise<Float32Array> {
  const face = await embedOnly(models, await decodePicture(await portraitJpeg(name)));
  if (typeof face === 'string') throw new Error(`the portrait ${name} shows ${face}: it cannot be registered`);
  return face;
}

async function embedOnly(models: FaceModels, picture: Picture): Promise<Float32Array | 'no-face' | 'two-faces'> {
  const [first, second] = await models.detect(picture);
  if (first === undefined) return 'no-face';
  // Somebody far behind, or a pattern that looks like a face, is not a second person before the camera.
  if (second !== undefined && second.box.width > first.box.width / 3) return 'two-faces';
  return models.embed(picture, fivePoints(await models.mesh(picture, regionOfDetection(first))));
}
