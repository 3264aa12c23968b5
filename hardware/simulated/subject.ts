import type { StageDirection } from '../contract.ts';
import type { Portrait } from '../define.ts';
import { paintBackdrop, paintWall } from './backdrop.ts';
import { buildHead, poseHead } from './head.ts';
import { placePortrait } from './optics.ts';
import { createPerformer, type Habit, headHabit, sheetHabit } from './performer.ts';
import { addPlacements } from './placement.ts';
import { createRandom, type Random } from './random.ts';
import { type Canvas, createTexture, drawSurface } from './raster.ts';
import { createSensor } from './sensor.ts';
import { buildSheet, poseSheet } from './sheet.ts';
import { readStance, straighten } from './stance.ts';
import { createSway, handSway, headSway } from './sway.ts';

/** What stands before the simulated camera. Times in milliseconds, never backwards. */
export type Subject = {
  direct(direction: StageDirection, at: number): void;
  /** What the camera sees at a time: R G B bytes, a fresh copy that nobody else holds. */
  shoot(at: number): Uint8Array;
};

export type SubjectForm = {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  /** How fast the subject reacts and moves, 1 = usual. */
  readonly speed: number;
  /** Standard deviation of the sensor's grain, grey levels. */
  readonly noise: number;
  /** From the camera to the face, millimetres. */
  readonly distance: number;
  /** How far and how fast it moves when told; a person at a counter unless told otherwise. */
  readonly habit?: Habit;
};

/** Texture pixels a frame pixel, so that a turned face stays as sharp as a frontal one. */
export const detail = 1.5;
const nearest = Number.POSITIVE_INFINITY;

/** A person who does as directed, in front of the photo's own background. */
export function createPerson(portrait: Portrait, form: SubjectForm): Subject {
  const random = createRandom(form.seed);
  const optics = placePortrait(portrait, form.width, form.height, form.distance);
  const feather = 0.3 * optics.faceHeight;
  const room = paintBackdrop(portrait.picture, optics, feather, 1).data;
  const texture = createTexture(paintBackdrop(portrait.picture, optics, feather, detail));
  const head = buildHead(portrait, optics, detail);
  const vertices = new Float32Array(head.rest.length);
  const upright = { ...straighten(readStance(portrait.points), 7), x: 0, y: 0, z: 0 };
  const performer = createPerformer(random, form.habit ?? headHabit, form.speed);
  const sway = createSway(random, headSway);
  const scene = createScene(room, form, random);
  return {
    direct: performer.direct,
    shoot: (at) =>
      scene((canvas) => {
        const placement = addPlacements(addPlacements(upright, sway(at)), performer.turnAt(at));
        drawSurface(canvas, poseHead(head, placement, vertices), texture);
      }),
  };
}

/** A photo of the person, held up, tilted and bent by somebody who follows the directions with it. */
export function createPhotoAttack(portrait: Portrait, form: SubjectForm): Subject {
  const random = createRandom(form.seed);
  const optics = placePortrait(portrait, form.width, form.height, form.distance);
  const sheet = buildSheet(portrait, optics);
  const texture = createTexture(sheet.print);
  const vertices = new Float32Array((sheet.places.length / 2) * 3);
  const performer = createPerformer(random, form.habit ?? sheetHabit, form.speed);
  const sway = createSway(random, handSway);
  const bending = createSway(random, handSway);
  const scene = createScene(paintWall(form.width, form.height), form, random);
  return {
    direct: performer.direct,
    shoot: (at) =>
      scene((canvas) => {
        const turn = performer.turnAt(at);
        const bend = 10 + 3 * bending(at).yaw + 0.5 * Math.abs(turn.yaw);
        drawSurface(canvas, poseSheet(sheet, addPlacements(sway(at), turn), bend, vertices), texture);
      }),
  };
}

/** Draws over a background and photographs the result. */
export function createScene(background: Uint8Array, form: SubjectForm, random: Random) {
  const { width, height } = form;
  const canvas: Canvas = {
    width,
    height,
    data: new Uint8Array(width * height * 3),
    depth: new Float32Array(width * height),
  };
  const sensor = createSensor(random, form.noise);
  return (draw: (canvas: Canvas) => void): Uint8Array => {
    canvas.data.set(background);
    canvas.depth.fill(nearest);
    draw(canvas);
    return sensor(canvas.data);
  };
}
