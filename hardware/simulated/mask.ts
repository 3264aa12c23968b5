import type { Portrait } from '../define.ts';
import { paintBackdrop } from './backdrop.ts';
import { buildHead, type Head, poseHead } from './head.ts';
import { placePortrait } from './optics.ts';
import { createPerformer, headHabit } from './performer.ts';
import { addPlacements } from './placement.ts';
import { createRandom } from './random.ts';
import { createTexture, drawSurface } from './raster.ts';
import { readStance, straighten } from './stance.ts';
import { createScene, detail, type Subject, type SubjectForm } from './subject.ts';
import { createSway, headSway } from './sway.ts';

/**
 * The face of `portrait`, pasted on a rigid head that has the shape of `wearer`.
 * `relief`: 1 is a head in full; less is a shallow mask, whose depth is that share of a head's; 0 is a plane.
 */
export function createMaskAttack(portrait: Portrait, wearer: Portrait, form: SubjectForm, relief: number): Subject {
  const random = createRandom(form.seed);
  const optics = placePortrait(portrait, form.width, form.height, form.distance);
  const feather = 0.3 * optics.faceHeight;
  const texture = createTexture(paintBackdrop(portrait.picture, optics, feather, detail));
  const worn = buildHead(wearer, placePortrait(wearer, form.width, form.height, form.distance), detail);
  const head = flatten({ ...worn, coordinates: buildHead(portrait, optics, detail).coordinates }, relief);
  const vertices = new Float32Array(head.rest.length);
  const upright = { ...straighten(readStance(wearer.points), 7), x: 0, y: 0, z: 0 };
  const performer = createPerformer(random, form.habit ?? headHabit, form.speed);
  const sway = createSway(random, headSway);
  const scene = createScene(paintBackdrop(portrait.picture, optics, feather, 1).data, form, random);
  return {
    direct: performer.direct,
    shoot: (at) =>
      scene((canvas) => {
        const placement = addPlacements(addPlacements(upright, sway(at)), performer.turnAt(at));
        drawSurface(canvas, poseHead(head, placement, vertices), texture);
      }),
  };
}

function flatten(head: Head, relief: number): Head {
  const rest = head.rest.slice();
  const middle = head.optics.distance;
  for (let at = 2; at < rest.length; at += 3) rest[at] = middle + (rest[at]! - middle) * relief;
  const [x, y, z] = head.pivot;
  return { ...head, rest, pivot: [x, y, middle + (z - middle) * relief] };
}
