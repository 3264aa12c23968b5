import type { Portrait } from '../define.ts';

/** A face in a picture: where each vertex of its mesh lies. */
type Face = Pick<Portrait, 'picture' | 'points'>;
type Colour = readonly [red: number, green: number, blue: number];
type Place = { readonly x: number; readonly y: number };

/** A medical mask: from the bridge of the nose along the cheekbones to the ears, down to the chin. */
const MASK = [
  234, 116, 117, 118, 100, 126, 197, 355, 329, 347, 346, 345, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
  148, 176, 149, 150, 136, 172, 58, 132, 93,
];
const RIGHT_EYE = [33, 133] as const;
const LEFT_EYE = [362, 263] as const;

const RIM: Colour = [20, 18, 18];
const LENS: Colour = [44, 42, 46];

export const MASK_COLOURS = {
  blue: [158, 194, 218],
  green: [150, 200, 178],
  white: [228, 230, 232],
  black: [36, 36, 40],
} as const satisfies Readonly<Record<string, Colour>>;

/** Paints a mask over nose, mouth and chin; it is as light as the light on the face, and pleated. */
export function wearMask<Worn extends Face>(face: Worn, colour: Colour): Worn {
  const places = MASK.map((vertex) => placeOf(face, vertex));
  const [top, bottom] = [Math.min(...places.map(({ y }) => y)), Math.max(...places.map(({ y }) => y))];
  const light = Math.min(1.1, lightOn(face) / 150);
  return paint(face, places, (x, y) => {
    if (!isInside(places, x, y)) return undefined;
    const down = (y - top) / (bottom - top);
    const pleat = down > 0.35 && down < 0.8 ? 1 - 0.08 * Math.max(0, Math.cos(down * 40)) : 1;
    return scale(colour, light * pleat * (1.05 - 0.15 * down));
  });
}

/** Paints dark lenses, a rim and a bridge over the eyes, with a little of the room mirrored in them. */
export function wearSunglasses<Worn extends Face>(face: Worn): Worn {
  const eyes = [RIGHT_EYE, LEFT_EYE].map(([a, b]) => middle(placeOf(face, a), placeOf(face, b)));
  const [right, left] = eyes as [Place, Place];
  const span = Math.hypot(left.x - right.x, left.y - right.y);
  const light = Math.min(1, lightOn(face) / 150);
  const [across, down] = [{ x: (left.x - right.x) / span, y: (left.y - right.y) / span }, 0.06 * span];
  const around = eyes.flatMap(({ x, y }) => [-1, 1].map((side) => ({ x: x + side * span, y: y + side * span })));
  return paint(face, around, (x, y) => {
    for (const eye of eyes) {
      const [dx, dy] = [x - eye.x + down * across.y, y - eye.y - down * across.x];
      const u = (dx * across.x + dy * across.y) / (0.45 * span);
      const v = (dy * across.x - dx * across.y) / (0.33 * span);
      const out = Math.abs(u) ** 3 + Math.abs(v) ** 3;
      if (out < 1) return scale(out > 0.85 ? RIM : scale(LENS, 1 - 0.5 * v + 0.4 * Math.max(0, u - v - 0.6)), light);
    }
    const bridge = distanceTo(right, left, x, y) < 0.03 * span;
    return bridge ? scale(RIM, light) : undefined;
  });
}

function placeOf({ points }: Face, vertex: number): Place {
  return { x: points[vertex * 3]!, y: points[vertex * 3 + 1]! };
}

const middle = (a: Place, b: Place): Place => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const scale = ([red, green, blue]: Colour, by: number): Colour => [red * by, green * by, blue * by];

/** Grey level of the forehead and of both cheekbones. */
function lightOn(face: Face): number {
  const { data, width } = face.picture;
  const levels = [151, 50, 280].map((vertex) => {
    const { x, y } = placeOf(face, vertex);
    const at = (Math.round(y) * width + Math.round(x)) * 3;
    return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  });
  return levels.reduce((sum, level) => sum + level, 0) / levels.length;
}

/** A copy of the picture, painted within the rectangle around `corners`. */
function paint<Worn extends Face>(
  face: Worn,
  corners: readonly Place[],
  colourAt: (x: number, y: number) => Colour | undefined,
): Worn {
  const { width, height, data: bare } = face.picture;
  const data = Uint8Array.from(bare);
  const [left, right] = rangeOf(
    corners.map(({ x }) => x),
    width,
  );
  const [top, bottom] = rangeOf(
    corners.map(({ y }) => y),
    height,
  );
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const colour = colourAt(x, y);
      if (colour)
        data.set(
          colour.map((level) => Math.min(255, level)),
          (y * width + x) * 3,
        );
    }
  }
  return { ...face, picture: { ...face.picture, data } };
}

/** First and last pixel of a row or column of `size` that the places reach. */
function rangeOf(places: readonly number[], size: number): readonly [number, number] {
  return [Math.max(0, Math.floor(Math.min(...places))), Math.min(size - 1, Math.ceil(Math.max(...places)))];
}

/** Even-odd rule. */
function isInside(corners: readonly Place[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [a, b] = [corners[i]!, corners[j]!];
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)) inside = !inside;
  }
  return inside;
}

function distanceTo(a: Place, b: Place, x: number, y: number): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - a.x - along * dx, y - a.y - along * dy);
}
