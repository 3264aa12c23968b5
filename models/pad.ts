import type { Box, Picture } from './contract.ts';
import { affineOfRectangle, cropInto } from './crop.ts';
import { type Network, outputOfLength } from './session.ts';

/** The network judges the face with its surroundings: a screen's rim, a sheet's edge, a hand. */
const CONTEXT = 2.7;
/** Logits: live, spoof, and a third that never fires. */
const CLASSES = 3;

/** Presentation attack detection, 0…1, higher is more likely bona fide. Source: MiniFASNet, BGR 0…255, class 0 = live. */
export async function scorePad(network: Network, picture: Picture, box: Box): Promise<number> {
  const affine = affineOfRectangle(contextOf(box, picture), network.width, network.height);
  const outputs = await network.run((input) =>
    cropInto(input, picture, affine, {
      width: network.width,
      height: network.height,
      layout: network.layout,
      order: 'bgr',
      scale: 1,
      offset: 0,
      outside: 'edge',
    }),
  );
  return firstOfSoftmax(outputOfLength(network.id, outputs, CLASSES));
}

/** The box 2.7 times as large, or as large as the picture allows, moved to lie inside it (as the network was trained). */
export function contextOf(box: Box, picture: { readonly width: number; readonly height: number }): Box {
  const factor = Math.min(CONTEXT, picture.width / box.width, picture.height / box.height);
  const width = box.width * factor;
  const height = box.height * factor;
  const x = box.x + (box.width - width) / 2;
  const y = box.y + (box.height - height) / 2;
  return {
    x: Math.max(0, Math.min(picture.width - width, x)),
    y: Math.max(0, Math.min(picture.height - height, y)),
    width,
    height,
  };
}

function firstOfSoftmax(logits: Float32Array): number {
  const top = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - top));
  return powers[0]! / powers.reduce((sum, power) => sum + power, 0);
}
