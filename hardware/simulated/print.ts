import type { Portrait } from '../define.ts';
import { paintBackdrop, paintWall } from './backdrop.ts';
import { buildHead, poseHead } from './head.ts';
import { type Optics, placePortrait } from './optics.ts';
import { createPerformer, type Habit, type Turn } from './performer.ts';
import { addPlacements, type Placement } from './placement.ts';
import { createRandom } from './random.ts';
import { type Canvas, createTexture, drawSurface } from './raster.ts';
import { buildSheet, poseSheet, type Sheet } from './sheet.ts';
import { readStance, straighten } from './stance.ts';
import { createScene, detail, type Subject, type SubjectForm } from './subject.ts';
import { createSway, handSway } from './sway.ts';

/** What is done with a printed photo when a motion is asked for. */
export type PrintForm = {
  /** Shifted without a turn, or tilted the way a head would turn. */
  readonly handling: 'shifted' | 'tilted';
  /** Degrees that the print's edges point away from the camera while it rests, and more for each degree of the tilt. */
  readonly bend: number;
  readonly bendMore: number;
  /** Degrees by which the bend swings to and fro, about once a second. */
  readonly wave: number;
  /** The whole sheet with its border, or the face alone, cut out and held before the attacker's own. */
  readonly cut: 'sheet' | 'outline';
  /** Holes through which the attacker's own eyes look. */
  readonly eyeHoles: boolean;
};

/** Tilts of hands that know that a sheet has to overdo it. */
const tiltHabit: Habit = {
  yaw: [35, 58],
  pitch: [30, 45],
  reactionMs: [350, 700],
  moveMs: [600, 900],
  holdMs: 250,
};
/** Millimetres of shift for each degree of the turn that is asked for. */
const shift = 2.5;
/** Half axes of a cut-out face, and of an eye's hole, millimetres. */
const oval = { x: 78, y: 112 };
const hole = { x: 17, y: 9 };
/** Vertices around each eye. */
const eyes = [
  [33, 133, 159, 145],
  [263, 362, 386, 374],
] as const;

/** A print of `portrait`, before `attacker`, who follows the directions with it. */
export function createPrintAttack(portrait: Portrait, attacker: Portrait, form: SubjectForm, how: PrintForm): Subject {
  const random = createRandom(form.seed);
  const optics = placePortrait(portrait, form.width, form.height, form.distance);
  const sheet = cutSheet(buildSheet(portrait, optics, 48), portrait, how);
  const texture = createTexture(sheet.print);
  const vertices = new Float32Array((sheet.places.length / 2) * 3);
  const performer = createPerformer(random, form.habit ?? tiltHabit, form.speed);
  const sway = createSway(random, handSway);
  const behind = createWearer(attacker, form);
  const worn = how.cut === 'outline' || how.eyeHoles;
  const scene = createScene(worn ? behind.room : paintWall(form.width, form.height), form, random);
  return {
    direct: performer.direct,
    shoot: (at) =>
      scene((canvas) => {
        const turn = performer.turnAt(at);
        const bend = how.bend + how.bendMore * Math.abs(turn.yaw) + how.wave * Math.sin((2 * Math.PI * at) / 1100);
        const placement = addPlacements(sway(at), moved(turn, how));
        if (worn) behind.draw(canvas, placement);
        drawSurface(canvas, poseSheet(sheet, placement, bend, vertices), texture);
      }),
  };
}

function moved(turn: Turn, { handling }: PrintForm): Partial<Placement> {
  // To the side that the nose would go: yaw > 0 is the picture's left.
  return handling === 'tilted' ? turn : { x: -shift * turn.yaw, y: -shift * turn.pitch };
}

/** The attacker's own head, close behind the print, that turns with it. */
function createWearer(attacker: Portrait, form: SubjectForm) {
  const optics = placePortrait(attacker, form.width, form.height, form.distance + 35);
  const feather = 0.3 * optics.faceHeight;
  const texture = createTexture(paintBackdrop(attacker.picture, optics, feather, detail));
  const head = buildHead(attacker, optics, detail);
  const vertices = new Float32Array(head.rest.length);
  const upright = { ...straighten(readStance(attacker.points), 7), x: 0, y: 0, z: 0 };
  return {
    room: paintBackdrop(attacker.picture, optics, feather, 1).data,
    draw(canvas: Canvas, placement: Placement) {
      drawSurface(canvas, poseHead(head, addPlacements(upright, placement), vertices), texture);
    },
  };
}

/** Leaves out the cells that scissors took. */
function cutSheet(sheet: Sheet, portrait: Portrait, { cut, eyeHoles }: PrintForm): Sheet {
  const holes = eyeHoles ? eyes.map((around) => placeOf(around, portrait, sheet.optics)) : [];
  const kept: number[] = [];
  for (let at = 0; at < sheet.triangles.length; at += 3) {
    const corners = [...sheet.triangles.subarray(at, at + 3)];
    const x = corners.reduce((sum, one) => sum + sheet.places[2 * one]! / 3, 0);
    const y = corners.reduce((sum, one) => sum + sheet.places[2 * one + 1]! / 3, 0);
    const beyond = cut === 'outline' && (x / oval.x) ** 2 + (y / oval.y) ** 2 > 1;
    const through = holes.some((eye) => ((x - eye.x) / hole.x) ** 2 + ((y - eye.y) / hole.y) ** 2 < 1);
    if (!beyond && !through) kept.push(...corners);
  }
  return { ...sheet, triangles: Uint16Array.from(kept) };
}

/** Millimetres from the middle of the face, which is the middle of the print nearly enough. */
function placeOf(around: readonly number[], { points }: Portrait, { centre, scale }: Optics) {
  const mean = (axis: number) => around.reduce((sum, vertex) => sum + points[vertex * 3 + axis]!, 0) / around.length;
  return { x: (mean(0) - centre.x) * scale, y: (mean(1) - centre.y) * scale };
}
