import type { Box, Detection, Picture, Point } from './contract.ts';
import { affineOfRectangle, type Levels } from './crop.ts';
import { overlap } from './geometry.ts';
import { type Network, outputOfLength } from './session.ts';

/** Below this score nothing is a face (MediaPipe's own threshold). */
const SCORE_BAR = 0.5;
/** At first glance a far face scores less; the closer look decides. */
const GLANCE_BAR = 0.35;
/** The closer look takes in this many widths of the box. */
const NEAR = 3;
/** A closer look is taken only where it sees clearly less than the whole picture. */
const WORTHWHILE = 0.85;
/** Where the whole shows nobody, squares of this share of its side are looked at, overlapping by a share of themselves. */
const PART = 0.6;
const PART_OVERLAP = 0.3;
/** The closer look may move the box, yet it must be the same face. */
const STILL_THERE = 0.2;
/** Boxes that overlap more than this are the same face. */
const SAME_FACE = 0.3;
/** BlazeFace front: a grid of 16 × 16 with two anchors a cell, then 8 × 8 with six; all anchors are 1 × 1. */
const GRIDS = [
  { cells: 16, anchors: 2 },
  { cells: 8, anchors: 6 },
] as const;
const NUMBERS_A_BOX = 16;
const LEVELS: Levels = { order: 'rgb', scale: 1 / 127.5, offset: -1, outside: 'black' };
/** Logits beyond this are cut, so that exp() stays finite. */
const LOGIT_LIMIT = 100;

/**
 * All faces of the picture, largest first. Source: MediaPipe's short-range BlazeFace, input −1…1.
 * The network sees 128 pixels: a face that is small in them is looked at again from near, which places it well and
 * dismisses what only resembled a face. A face at `known` is spared that look,
 * and while it is known nobody is looked for who stands far off.
 */
export async function detectFaces(network: Network, picture: Picture, known?: Box): Promise<readonly Detection[]> {
  const side = Math.max(picture.width, picture.height);
  // Letterboxed: a stretched face is not the face that the network learned.
  const whole = { x: (picture.width - side) / 2, y: (picture.height - side) / 2, side };
  const found = await detectInSquare(network, picture, whole, GLANCE_BAR);
  const glanced = await confirm(network, picture, whole, found, known);
  // A known face that a glance misses has turned away; who stands far off must not take its place.
  if (glanced.length > 0 || known) return mergeOverlapping(glanced);
  // Nobody: perhaps somebody stands too far off for a glance at the whole.
  const faces: Detection[] = [];
  for (const part of partsOf(picture, side * PART))
    faces.push(...(await confirm(network, picture, part, await detectInSquare(network, picture, part, GLANCE_BAR))));
  return mergeOverlapping(faces);
}

/** Overlapping squares that cover the picture. */
function partsOf(picture: Picture, side: number): Square[] {
  const starts = (length: number) => {
    const count = Math.max(1, Math.ceil((length - side * PART_OVERLAP) / (side * (1 - PART_OVERLAP))));
    return Array.from({ length: count }, (_, i) =>
      count === 1 ? (length - side) / 2 : (i * (length - side)) / (count - 1),
    );
  };
  return starts(picture.height).flatMap((y) => starts(picture.width).map((x) => ({ x, y, side })));
}

/** Of what was found in a square: large faces as they are, small ones as a closer look sees them. */
async function confirm(
  network: Network,
  picture: Picture,
  square: Square,
  found: readonly Detection[],
  known?: Box,
): Promise<Detection[]> {
  const faces: Detection[] = [];
  for (const face of found) {
    if (known && overlap(face.box, known) > SAME_FACE) {
      faces.push(face);
      continue;
    }
    const near = face.box.width * NEAR;
    const confirmed = near < square.side * WORTHWHILE ? await lookCloser(network, picture, face, near) : face;
    if (confirmed && confirmed.score >= SCORE_BAR) faces.push(confirmed);
  }
  return faces;
}

type Square = { readonly x: number; readonly y: number; readonly side: number };

async function lookCloser(network: Network, picture: Picture, face: Detection, side: number) {
  const x = face.box.x + (face.box.width - side) / 2;
  const y = face.box.y + (face.box.height - side) / 2;
  const again = await detectInSquare(network, picture, { x, y, side }, SCORE_BAR);
  return again.filter((other) => overlap(other.box, face.box) > STILL_THERE).sort((a, b) => b.score - a.score)[0];
}

async function detectInSquare(network: Network, picture: Picture, square: Square, bar: number) {
  const affine = affineOfRectangle(
    { ...square, width: square.side, height: square.side },
    network.width,
    network.width,
  );
  const outputs = await network.look(picture, affine, LEVELS);
  const found = GRIDS.flatMap((grid) => {
    const count = grid.cells * grid.cells * grid.anchors;
    const scores = outputOfLength(network.id, outputs, count);
    const boxes = outputOfLength(network.id, outputs, count * NUMBERS_A_BOX);
    return decodeGrid(grid, scores, boxes, network.width, bar);
  });
  return mergeOverlapping(found).map((face) => toPicture(face, square));
}

type Grid = { readonly cells: number; readonly anchors: number };

/** Faces above the bar among one grid's anchors, in units of the network's input side. */
export function decodeGrid(
  grid: Grid,
  scores: Float32Array,
  boxes: Float32Array,
  side: number,
  bar: number,
): Detection[] {
  const found: Detection[] = [];
  // Nearly all anchors show nothing: they are passed over before anything is computed.
  const least = Math.log(bar / (1 - bar)) - 1e-6;
  for (let anchor = 0; anchor < scores.length; anchor++) {
    if (scores[anchor]! < least) continue;
    const face = decodeAnchor(grid, anchor, scores[anchor]!, boxes, side);
    if (face && face.score >= bar) found.push(face);
  }
  return found;
}

function decodeAnchor(grid: Grid, anchor: number, logit: number, boxes: Float32Array, side: number) {
  const cell = Math.floor(anchor / grid.anchors);
  const x = ((cell % grid.cells) + 0.5) / grid.cells;
  const y = (Math.floor(cell / grid.cells) + 0.5) / grid.cells;
  const at = (k: number) => boxes[anchor * NUMBERS_A_BOX + k]! / side;
  const [width, height] = [at(2), at(3)];
  if (width <= 0 || height <= 0) return undefined;
  const keypoints: Point[] = [];
  for (let k = 4; k < NUMBERS_A_BOX; k += 2) keypoints.push({ x: x + at(k), y: y + at(k + 1) });
  const box = { x: x + at(0) - width / 2, y: y + at(1) - height / 2, width, height };
  return { box, score: sigmoid(logit), keypoints };
}

/** Weighted non-maximum suppression: overlapping boxes become their mean, weighted by score. Largest face first. */
export function mergeOverlapping(found: readonly Detection[]): Detection[] {
  let rest = [...found].sort((a, b) => b.score - a.score);
  const merged: Detection[] = [];
  while (rest.length > 0) {
    const best = rest[0]!;
    const same = rest.filter((other) => other === best || overlap(best.box, other.box) > SAME_FACE);
    rest = rest.filter((other) => !same.includes(other));
    merged.push(meanOf(same));
  }
  return merged.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
}

function meanOf(faces: readonly Detection[]): Detection {
  const total = faces.reduce((sum, face) => sum + face.score, 0);
  const mean = (pick: (face: Detection) => number) =>
    faces.reduce((sum, face) => sum + face.score * pick(face), 0) / total;
  return {
    box: {
      x: mean((face) => face.box.x),
      y: mean((face) => face.box.y),
      width: mean((face) => face.box.width),
      height: mean((face) => face.box.height),
    },
    score: faces[0]!.score,
    keypoints: faces[0]!.keypoints.map((_, k) => ({
      x: mean((face) => face.keypoints[k]!.x),
      y: mean((face) => face.keypoints[k]!.y),
    })),
  };
}

function toPicture(face: Detection, { x, y, side }: Square): Detection {
  const { box } = face;
  return {
    box: { x: box.x * side + x, y: box.y * side + y, width: box.width * side, height: box.height * side },
    score: face.score,
    keypoints: face.keypoints.map((point) => ({ x: point.x * side + x, y: point.y * side + y })),
  };
}

/** Logistic function of a logit, cut to ±100. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, logit))));
}
