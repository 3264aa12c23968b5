import sharp from 'sharp';
import type { FaceObservation, Observation, Verdict } from '../../liveness/contract.ts';
import type { Detection, FaceModels } from '../../models/contract.ts';
import { perceptualHash } from '../../models/fingerprint.ts';
import { KEY_VERTICES } from '../../models/keypoints.ts';
import { decodePicture } from '../../models/picture.ts';

/** 512 numbers of length 1 that stand for a person; different people are orthogonal. */
export const faceOf = (person: number): number[] => Array.from({ length: 512 }, (_, i) => (i === person ? 1 : 0));

/** A sharp JPEG, 320 × 240. */
export function makeStill(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: 320, height: 240, channels: 3, background: 'grey', noise } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** The perceptual hash that an observation of this picture carries. */
export const hashOf = async (jpeg: Uint8Array): Promise<string> => perceptualHash(await decodePicture(jpeg));

const meshAt = (i: number): number => 100 + (i % 97);

const FACE: Detection = {
  box: { x: 100, y: 60, width: 120, height: 120 },
  score: 0.99,
  keypoints: [110, 150, 130, 130, 100, 160].map((x, i) => ({ x, y: 100 + i })),
};

/** Models that see what a test tells them to see. */
export function seeing(scene: { faces?: number; pad?: number; person?: number; fail?: Error } = {}): FaceModels {
  const points = new Float32Array(468 * 3).map((_, i) => meshAt(i));
  return {
    detect: async () => {
      if (scene.fail) throw scene.fail;
      return Array.from({ length: scene.faces ?? 1 }, () => FACE);
    },
    mesh: async () => ({ points, presence: 1 }),
    pad: async () => scene.pad ?? 0.9,
    embed: async () => Float32Array.from(faceOf(scene.person ?? 0)),
    close: async () => undefined,
  };
}

/** One frame that shows a frontal face. `hash`: of its picture. */
export function frame(seq: number, person = 0, hash = '0'.repeat(16)): Observation {
  const face: FaceObservation = {
    track: 1,
    box: { x: 100, y: 60, width: 120, height: 120 },
    points: KEY_VERTICES.flatMap((vertex) => [0, 1, 2].map((axis) => meshAt(vertex * 3 + axis))),
    pose: { yaw: 0, pitch: 0, roll: 0 },
    quality: { sharpness: 50, brightness: 120, surround: 120, inside: 1 },
    pad: 0.9,
    embedding: faceOf(person),
  };
  const digest = seq.toString(16).padStart(16, '0');
  return { seq, at: seq * 50, width: 320, height: 240, faces: 1, face, hash, digest };
}

export const LIVE: Verdict = { live: true, still: 3, signals: [] };
