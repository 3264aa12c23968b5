import { paintWall } from './backdrop.ts';
import { type Point, project } from './optics.ts';
import { movePoint, type Placement } from './placement.ts';
import { createRandom } from './random.ts';
import { createTexture, drawSurface, type Surface } from './raster.ts';
import { createScene, type Subject, type SubjectForm } from './subject.ts';
import { createSway, handSway } from './sway.ts';

/** A screen that is held before the camera and shows a film. */
export type ScreenForm = {
  /** The bright part, millimetres. */
  readonly width: number;
  readonly height: number;
  /** The dark rim, millimetres. */
  readonly bezel: number;
  /** Size of what is shown against life. */
  readonly scale: number;
  /** Depth of the stripes that camera and screen make together, grey levels. */
  readonly moire: number;
};

const cells = 8;
const rim = 22;

/** The film that `shown` gives, on a screen that a hand holds still as well as it can. */
export function createScreenAttack(shown: Subject, form: SubjectForm, screen: ScreenForm): Subject {
  const random = createRandom(form.seed + 7);
  const sway = createSway(random, handSway);
  const scene = createScene(paintWall(form.width, form.height), form, random);
  const focal = form.height / 2 / Math.tan(Math.PI / 8);
  // What is shown small is held near, so that the face fills the picture as a live one does.
  const distance = form.distance * screen.scale;
  /** Pixels of the film a millimetre on the screen. */
  const density = focal / form.distance / screen.scale;
  const glass = grid(screen.width, screen.height, density, form);
  const frame = grid(screen.width + 2 * screen.bezel, screen.height + 2 * screen.bezel, 0, form);
  const dark = createTexture({ width: 2, height: 2, data: new Uint8Array(12).fill(rim) });
  const place = (points: Surface, placement: Placement, behind: number) =>
    pose(points, placement, distance + behind, focal, form);
  return {
    direct: shown.direct,
    shoot: (at) =>
      scene((canvas) => {
        const placement = sway(at);
        const film = shine(shown.shoot(at), form.width, screen.moire, placement);
        drawSurface(canvas, place(frame, placement, 2), dark);
        drawSurface(canvas, place(glass, placement, 0), createTexture({ ...form, data: film }));
      }),
  };
}

/** A rectangle around the axis; `vertices` are millimetres, the film's middle in its middle. */
function grid(width: number, height: number, density: number, form: SubjectForm): Surface {
  const side = cells + 1;
  const vertices = new Float32Array(side * side * 3);
  const coordinates = new Float32Array(side * side * 2);
  const triangles: number[] = [];
  for (let i = 0; i < side * side; i++) {
    const x = ((i % side) / cells - 0.5) * width;
    const y = (Math.floor(i / side) / cells - 0.5) * height;
    vertices.set([x, y, 0], i * 3);
    coordinates.set([form.width / 2 + x * density, form.height * 0.46 + y * density], i * 2);
  }
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const at = row * side + column;
      triangles.push(at, at + 1, at + side, at + 1, at + side + 1, at + side);
    }
  }
  return { vertices, coordinates, triangles: Uint16Array.from(triangles) };
}

function pose(flat: Surface, placement: Placement, distance: number, focal: number, form: SubjectForm): Surface {
  const optics = { width: form.width, height: form.height, focal } as Parameters<typeof project>[0];
  const vertices = new Float32Array(flat.vertices.length);
  const middle: Point = [0, -0.04 * (form.height / focal) * distance, distance];
  for (let at = 0; at < vertices.length; at += 3) {
    const point: Point = [middle[0] + flat.vertices[at]!, middle[1] + flat.vertices[at + 1]!, distance];
    vertices.set(project(optics, movePoint(point, middle, placement, 1)), at);
  }
  return { ...flat, vertices };
}

/** Light from a screen: black is not quite black, a little blue, and stripes that wander as the hand does. */
function shine(film: Uint8Array, width: number, moire: number, placement: Placement): Uint8Array {
  const pitch = 5.3 + 0.05 * placement.z;
  const wave = Float32Array.from({ length: 256 }, (_, step) => moire * Math.sin((2 * Math.PI * step) / 256));
  for (let i = 0, y = 0; i < film.length; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const stripe = wave[((256 * (x + 0.37 * y + 3 * placement.x)) / pitch) & 255]!;
      film[i] = clamp(18 + 0.9 * film[i]! + stripe);
      film[i + 1] = clamp(18 + 0.91 * film[i + 1]! + stripe);
      film[i + 2] = clamp(24 + 0.93 * film[i + 2]! + stripe);
    }
  }
  return film;
}

function clamp(level: number): number {
  return level < 0 ? 0 : Math.min(level, 255);
}
