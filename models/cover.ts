import type { Mesh, Picture } from './contract.ts';

/** What seems to cover a face, from the colours of its parts; guidance, never proof. */
export type FaceCover = {
  /**
   * Light on the skin around the brighter eye, as a share of that on the forehead or the cheeks, whichever is darker.
   * Bare eyes and clear glasses: about 1; sunglasses: 0.1…0.5.
   */
  readonly eyeLight?: number;
  /**
   * How far the lips have the colour of lips: their share of red less that of forehead and cheekbones, plus twice what
   * they are redder by than the skin around them (red less green, share of all light). Bare lips: above 0; a mask that is
   * not the colour of skin: below. A grey picture says 0.
   */
  readonly lipColour?: number;
};

/** Skin under each eye, where a dark lens lies and the rim of clear glasses does not. */
const UNDER_RIGHT_EYE = [229, 230, 231, 232];
const UNDER_LEFT_EYE = [449, 450, 451, 452];
const CHEEKS = [50, 205, 36, 101, 142, 280, 425, 266, 330, 371];
const FOREHEAD = [151, 108, 337, 9, 69, 299];
/** All that a mask leaves bare: hair over the forehead is outvoted by what lies around the nose's root. */
const UPPER_FACE = [...FOREHEAD, 118, 119, 120, 100, 230, 347, 348, 349, 329, 450, 168, 6, 122, 351];
const LIPS = [0, 17, 37, 267, 84, 314, 61, 291];
const AROUND_LIPS = [165, 92, 167, 393, 322, 164, 18, 200, 199, 83, 313, 201, 421];
/** Half the side of the square that a vertex's colour is averaged over, as a share of the face's width. */
const REACH = 0.015;
/** Keeps ratios of near-black colours from leaping, grey levels. */
const DARK = 5;

type Colour = readonly [red: number, green: number, blue: number];

/** Pure; a value is absent where the parts that it compares lie outside the picture. `width`: of the face, pixels. */
export function measureCover(picture: Picture, mesh: Mesh, width: number): FaceCover {
  const reach = Math.max(1, Math.round(REACH * width));
  const colourOf = (vertices: readonly number[]) => middleColour(picture, mesh, vertices, reach);
  const [right, left] = [colourOf(UNDER_RIGHT_EYE), colourOf(UNDER_LEFT_EYE)];
  const [forehead, cheeks] = [colourOf(FOREHEAD), colourOf(CHEEKS)];
  const [lips, around, upper] = [colourOf(LIPS), colourOf(AROUND_LIPS), colourOf(UPPER_FACE)];
  const bare = right && left && forehead && cheeks;
  return {
    ...(bare && { eyeLight: shareOf([right, left], [forehead, cheeks]) }),
    ...(lips && around && upper && { lipColour: lipColourOf(lips, around, upper) }),
  };
}

function shareOf(eyes: readonly Colour[], skin: readonly Colour[]): number {
  return (Math.max(...eyes.map(greyLevel)) + DARK) / (Math.min(...skin.map(greyLevel)) + DARK);
}

const greyLevel = ([red, green, blue]: Colour): number => 0.299 * red + 0.587 * green + 0.114 * blue;
const all = ([red, green, blue]: Colour): number => red + green + blue + 3 * DARK;

/** The second part only ever adds: lips paler than a beard or than sore skin are lips all the same. */
function lipColourOf(lips: Colour, around: Colour, upper: Colour): number {
  const red = (colour: Colour) => colour[0] / all(colour);
  const redOverGreen = (colour: Colour) => (colour[0] - colour[1]) / all(colour);
  return red(lips) - red(upper) + 2 * Math.max(0, redOverGreen(lips) - redOverGreen(around));
}

/** Channel by channel, the median over the vertices; undefined where one of them lies at the picture's edge or beyond. */
function middleColour(
  picture: Picture,
  { points }: Mesh,
  vertices: readonly number[],
  reach: number,
): Colour | undefined {
  const colours: Colour[] = [];
  for (const vertex of vertices) {
    const colour = meanColour(picture, Math.round(points[vertex * 3]!), Math.round(points[vertex * 3 + 1]!), reach);
    if (!colour) return undefined;
    colours.push(colour);
  }
  const channel = (index: 0 | 1 | 2) => median(colours.map((colour) => colour[index]));
  return [channel(0), channel(1), channel(2)];
}

/** Of the square around a pixel; undefined where it reaches over the picture's edge. */
function meanColour({ data, width, height }: Picture, x: number, y: number, reach: number): Colour | undefined {
  const inside = x >= reach && y >= reach && x + reach < width && y + reach < height;
  if (!inside) return undefined;
  let [red, green, blue] = [0, 0, 0];
  for (let row = y - reach; row <= y + reach; row++) {
    const end = (row * width + x + reach) * 3;
    for (let at = (row * width + x - reach) * 3; at <= end; at += 3) {
      red += data[at]!;
      green += data[at + 1]!;
      blue += data[at + 2]!;
    }
  }
  const count = (2 * reach + 1) ** 2;
  return [red / count, green / count, blue / count];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
