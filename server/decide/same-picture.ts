import type { Observation } from '../../liveness/contract.ts';
import type { Mesh, Picture } from '../../models/contract.ts';
import { compareEmbeddings } from '../../models/embed.ts';
import { perceptualHash } from '../../models/fingerprint.ts';
import { KEY_VERTICES } from '../../models/keypoints.ts';

/**
 * How far a still (JPEG, quality 92) may be from the observation that was made of the same picture. Measured on 68
 * frames of two films and 51 single pictures (NUAA, Pointing'04), frontal: the same picture / another picture.
 */
const BARS = {
  /** Most differing bits of the perceptual hash. Same: at most 1. Another: 28 in the middle, 10 at the 5th percentile. */
  hash: 4,
  /** Most mean distance of the key vertices, share of the face box's diagonal. Same: at most 0.015. Another: 0.06 at the 5th percentile. */
  apart: 0.04,
  /** Least cosine with the very embedding of the observation. Same: at least 0.975. Another picture of the same person: about 0.86. */
  embedding: 0.9,
} as const;

/** What the backend sees in the still. */
export type SeenStill = { readonly picture: Picture; readonly mesh: Mesh; readonly embedding: Float32Array };

/** Is the still the picture that this observation was made of? @returns why not. */
export function differsFrom(observation: Observation, still: SeenStill): string | undefined {
  const { face } = observation;
  const { picture, mesh } = still;
  if (!face?.embedding) return 'frame-without-face';
  if (picture.width !== observation.width || picture.height !== observation.height) return 'another-size';
  // Each bar is asked for what passes it: a number that is none passes nothing.
  if (!(differingBits(perceptualHash(picture), observation.hash) <= BARS.hash)) return 'another-picture';
  if (!(distance(mesh, face) <= BARS.apart)) return 'another-place';
  if (!(compareEmbeddings(still.embedding, face.embedding) >= BARS.embedding)) return 'another-embedding';
  return undefined;
}

/** Of two 64-bit hashes, 16 hex digits each. */
export function differingBits(one: string, other: string): number {
  let left = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let bits = 0;
  for (; left > 0n; left >>= 1n) bits += Number(left & 1n);
  return bits;
}

function distance(mesh: Mesh, face: NonNullable<Observation['face']>): number {
  if (face.points.length !== 3 * KEY_VERTICES.length) return Number.NaN;
  const total = KEY_VERTICES.reduce((sum, vertex, i) => {
    const across = mesh.points[vertex * 3]! - face.points[i * 3]!;
    const down = mesh.points[vertex * 3 + 1]! - face.points[i * 3 + 1]!;
    return sum + Math.hypot(across, down);
  }, 0);
  return total / KEY_VERTICES.length / Math.hypot(face.box.width, face.box.height);
}
