import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { verifyModel } from './build.ts';
import { ModelError } from './contract.ts';

export type LandmarkWeight = {
  /** Vertex. */
  readonly index: number;
  readonly weight: number;
};

/** MediaPipe's canonical face: a head of average size that looks straight at the viewer. */
export type CanonicalFace = {
  /** 468 vertices, x y z each, centimetres: x to the picture's right, y up, z towards the camera. */
  readonly vertices: Float32Array;
  /** 898 triangles, three vertex numbers each. */
  readonly triangles: Uint16Array;
  /** The vertices that a Procrustes fit should trust, with how much: those that a changing expression moves little. */
  readonly weights: readonly LandmarkWeight[];
};

const Vertex = z.number().int().min(0).max(467);
const FileSchema = z.strictObject({
  vertices: z.array(z.number()).length(468 * 3),
  triangles: z.array(Vertex),
  weights: z.array(z.strictObject({ index: Vertex, weight: z.number().positive() })),
});

/** Reads `canonical-face.json` from a built models directory. Throws ModelError `model-missing` or `model-corrupt`. */
export async function loadCanonicalFace(directory: string): Promise<CanonicalFace> {
  const path = await verifyModel(directory, 'canonical-face');
  const parsed = FileSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new ModelError('model-corrupt', `${path}: ${z.prettifyError(parsed.error)}`);
  const { vertices, triangles, weights } = parsed.data;
  return { vertices: Float32Array.from(vertices), triangles: Uint16Array.from(triangles), weights };
}
