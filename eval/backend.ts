import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Observation } from '../liveness/contract.ts';
import { checkStill } from '../server/decide/still.ts';
import type { Eyes } from './look.ts';

/** What the backend's check says last of a still that is good enough to be compared, when there is nothing to compare. */
const GOOD_ENOUGH = 'no-frontal-embedding';
/** The frame that the still is said to be: one without a face. */
const NOBODY: Observation = { seq: 0, at: 0, width: 1, height: 1, faces: 0, hash: '', digest: '' };
/** Evidence holds JPEGs. */
const JPEG_QUALITY = 95;

/**
 * Why the backend's own look at a still refuses this picture for its quality, or nothing. Only the gate is asked: every
 * picture counts as bona fide (PAD is measured elsewhere), and the transcript shows nobody to compare it with.
 */
export async function backendRefusal({ models, canonical }: Eyes, path: string): Promise<string | undefined> {
  const jpeg = await sharp(await readFile(path))
    .toColourspace('srgb')
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  const check = await checkStill(jpeg, NOBODY.seq, [NOBODY], { ...models, canonical, pad: async () => 1 });
  return check.ok || check.why === GOOD_ENOUGH ? undefined : check.why;
}
