import type { Portrait } from '../define.ts';
import { paintBackdrop, paintWall } from './backdrop.ts';
import { buildHead, poseHead } from './head.ts';
import { placePortrait } from './optics.ts';
import { createPerformer, headHabit } from './performer.ts';
import { addPlacements } from './placement.ts';
import { createRandom, type Random } from './random.ts';
import { type Canvas, createTexture, drawSurface } from './raster.ts';
import { readStance, straighten } from './stance.ts';
import { createScene, detail, type Subject, type SubjectForm } from './subject.ts';
import { createSway, headSway } from './sway.ts';

/** Millimetres from the middle at which each of two people stands. */
const aside = 135;

/** Two people side by side; both do as directed. */
export function createTwoPeople(left: Portrait, right: Portrait, form: SubjectForm): Subject {
  const random = createRandom(form.seed);
  const two = [createBust(left, form, random, -aside), createBust(right, form, random, aside)];
  const scene = createScene(paintWall(form.width, form.height), form, random);
  return {
    direct: (direction, at) => two.forEach((one) => void one.direct(direction, at)),
    shoot: (at) => scene((canvas) => two.forEach((one) => void one.draw(canvas, at))),
  };
}

function createBust(portrait: Portrait, form: SubjectForm, random: Random, x: number) {
  const optics = placePortrait(portrait, form.width, form.height, form.distance);
  const texture = createTexture(paintBackdrop(portrait.picture, optics, 0.3 * optics.faceHeight, detail));
  const head = buildHead(portrait, optics, detail);
  // Only what moves with the head: what is left of the photo stays with the photo.
  const face = { ...head, share: head.share.map(() => 1), triangles: head.triangles.filter(inner(head)) };
  const vertices = new Float32Array(head.rest.length);
  const upright = { ...straighten(readStance(portrait.points), 7), x, y: 0, z: 0 };
  const performer = createPerformer(random, form.habit ?? headHabit, form.speed);
  const sway = createSway(random, headSway);
  return {
    direct: performer.direct,
    draw(canvas: Canvas, at: number) {
      const placement = addPlacements(addPlacements(upright, sway(at)), performer.turnAt(at));
      drawSurface(canvas, poseHead(face, placement, vertices), texture);
    },
  };
}

/** Keeps the triangles whose three corners move with the head at least half. */
function inner({ share, triangles }: { readonly share: Float32Array; readonly triangles: Uint16Array }) {
  return (_: number, index: number) => {
    const first = index - (index % 3);
    return [0, 1, 2].every((corner) => share[triangles[first + corner]!]! > 0.5);
  };
}
