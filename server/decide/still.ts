import type { FaceObservation, Observation } from '../../liveness/contract.ts';
import { fivePoints } from '../../models/align.ts';
import { ModelError, type Picture } from '../../models/contract.ts';
import { compareEmbeddings } from '../../models/embed.ts';
import { faultOf } from '../../models/gate.ts';
import { boxOfMesh } from '../../models/mesh.ts';
import { meshAfresh } from '../../models/people.ts';
import { decodePicture } from '../../models/picture.ts';
import { poseOf } from '../../models/pose.ts';
import { measureQuality } from '../../models/quality.ts';
import type { Eyes } from '../models.ts';
import { differsFrom } from './same-picture.ts';

/** The bars of the backend's own look at the still; those of its quality are the gate's (models/gate.ts). */
const BARS = {
  /** Least cosine between the still and the mean of the transcript's frontal faces. */
  sameFace: 0.5,
  /**
   * Least PAD score of this one picture; the transcript's mean, a steadier figure, was judged already. On every third
   * picture of NUAA the least bona fide one scored 0.998, the best printed one 0.01.
   */
  pad: 0.3,
  /** A second face counts from this share of the first one's height: people far behind and posters do not. */
  near: 0.4,
  /** Poses of the transcript that count as frontal, degrees. */
  yaw: 15,
  pitch: 22,
} as const;
const MAX_WIDTH = 1280;

export type StillCheck = { readonly ok: true } | { readonly ok: false; readonly why: string };

const no = (why: string): StillCheck => ({ ok: false, why });

/**
 * Looks at the still with the backend's own models: one face, whole, frontal and sharp, live, the picture of the frame that it is said to
 * be, and the face of the transcript. Each bar is asked for what passes it: a number that is none passes nothing.
 * @param seq the frame of the transcript that it was taken from.
 * @throws ModelError when the models fail: a still that could not be looked at was neither accepted nor refused.
 */
export async function checkStill(
  jpeg: Uint8Array,
  seq: number,
  transcript: readonly Observation[],
  models: Eyes,
): Promise<StillCheck> {
  const [frame, ...same] = transcript.filter((observation) => observation.seq === seq);
  if (!frame || same.length > 0) return no('frame-unknown');
  const picture = await decode(jpeg);
  if (!picture) return no('unreadable');
  const [face, ...others] = await models.detect(picture);
  if (!face) return no('no-face');
  if (others.some(({ box }) => box.height >= BARS.near * face.box.height)) return no('several-faces');
  const mesh = await meshAfresh(models, picture, face);
  if (!mesh) return no('presence');
  // The kiosk's box: PAD and quality are measured on the one around the mesh.
  const box = boxOfMesh(mesh);
  const [pose, quality] = [poseOf(mesh, models.canonical), measureQuality(picture, box)];
  const fault = faultOf({ detection: face, mesh, box, pose, quality });
  if (fault) return no(fault);
  if (!((await models.pad(picture, box)) >= BARS.pad)) return no('pad');
  const template = meanFace(transcript);
  if (!template) return no('no-frontal-embedding');
  const embedding = await models.embed(picture, fivePoints(mesh));
  if (!(compareEmbeddings(embedding, template) >= BARS.sameFace)) return no('another-face');
  const differs = differsFrom(frame, { picture, mesh, embedding });
  return differs === undefined ? { ok: true } : no(differs);
}

/** Only a JPEG, as evidence has to hold; undefined when it is not one. */
async function decode(jpeg: Uint8Array): Promise<Picture | undefined> {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return undefined;
  try {
    return await decodePicture(jpeg, MAX_WIDTH);
  } catch (error) {
    if (error instanceof ModelError && error.code === 'picture-unreadable') return undefined;
    throw error;
  }
}

/** Mean of the transcript's frontal embeddings, length 1; undefined when there is none. */
function meanFace(transcript: readonly Observation[]): number[] | undefined {
  const frontal = transcript.flatMap(({ face }) => (face && isFrontal(face) && face.embedding ? [face.embedding] : []));
  const [first] = frontal;
  if (!first) return undefined;
  const sum = first.map((_, i) => frontal.reduce((total, each) => total + each[i]!, 0));
  const length = Math.hypot(...sum);
  return length > 0 ? sum.map((value) => value / length) : undefined;
}

const isFrontal = ({ pose }: FaceObservation): boolean =>
  Math.abs(pose.yaw) <= BARS.yaw && Math.abs(pose.pitch) <= BARS.pitch;
