import type { Box, Picture } from './contract.ts';
import { affineOfRectangle, type Levels } from './crop.ts';
import { squareAround } from './geometry.ts';
import { type Network, outputOfLength } from './session.ts';

/**
 * The network judges the face with its surroundings: a screen's rim, a sheet's edge, a hand. It was made for 2.7 times
 * its own detector's box. For the box around our mesh, squares of 2 to 2.2 times the longer side did best: on a dim live
 * film 100 % of the frontal frames score ≥ 0.5 (63 % with the box stretched, 81 % with 2.7), on a phone's replay none.
 */
const CONTEXT = 2.16;
/** Logits: live, spoof, and a third that never fires. */
const CLASSES = 3;
const LEVELS: Levels = { order: 'bgr', scale: 1, offset: 0, outside: 'edge' };

/**
 * Presentation attack detection, 0…1, higher is more likely bona fide. `box` is the box around the mesh (`boxOfMesh`).
 * Source: MiniFASNet, BGR 0…255, class 0 = live.
 */
export async function scorePad(network: Network, picture: Picture, box: Box): Promise<number> {
  const affine = affineOfRectangle(contextOf(box, picture), network.width, network.height);
  const outputs = await network.look(picture, affine, LEVELS);
  return firstOfSoftmax(outputOfLength(network.id, outputs, CLASSES));
}

/** The square around the face, as large as the picture allows, moved to lie inside it (as the network was trained). */
export function contextOf(box: Box, picture: { readonly width: number; readonly height: number }): Box {
  const { centre, size } = squareAround(box, CONTEXT);
  const side = Math.min(size, picture.width, picture.height);
  return {
    x: Math.max(0, Math.min(picture.width - side, centre.x - side / 2)),
    y: Math.max(0, Math.min(picture.height - side, centre.y - side / 2)),
    width: side,
    height: side,
  };
}

function firstOfSoftmax(logits: Float32Array): number {
  const top = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - top));
  return powers[0]! / powers.reduce((sum, power) => sum + power, 0);
}
