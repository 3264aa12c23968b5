import { alignFive } from './align.ts';
import { ModelError, type Picture, type Point } from './contract.ts';
import type { Levels } from './crop.ts';
import { type Network, outputOfLength } from './session.ts';

const LENGTH = 512;
const LEVELS: Levels = { order: 'rgb', scale: 1 / 128, offset: -127 / 128, outside: 'black' };

/** 512 numbers of length 1. Source: MobileFaceNet on ArcFace's five-point alignment, RGB (level − 127) / 128. */
export async function embedFace(network: Network, picture: Picture, five: readonly Point[]): Promise<Float32Array> {
  if (five.length !== 5 || !five.every((point) => Number.isFinite(point.x) && Number.isFinite(point.y)))
    throw new ModelError('model-failed', `model ${network.id}: alignment needs five finite points, got ${five.length}`);
  const outputs = await network.look(picture, alignFive(five), LEVELS);
  return normalise(network.id, outputOfLength(network.id, outputs, LENGTH));
}

function normalise(id: string, vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  if (!(length > 1e-6)) throw new ModelError('model-failed', `model ${id}: the embedding has no length`);
  return vector.map((number) => number / length);
}

/** Comparison score of two embeddings: −1…1, higher is more alike. */
export function compareEmbeddings(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length)
    throw new ModelError('model-failed', `embeddings of ${one.length} and ${other.length} numbers cannot be compared`);
  let dot = 0;
  for (let i = 0; i < one.length; i++) dot += one[i]! * other[i]!;
  return dot;
}
