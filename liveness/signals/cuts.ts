import type { FaceObservation, Observation } from '../contract.ts';
import type { Settings } from '../settings.ts';

/** Where the face stands in one picture, in what light, before what. */
type Sample = {
  readonly at: number;
  /** Centre of the points, pixels, and the root of their mean squared distance from it. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly yaw: number;
  readonly pitch: number;
  /** Grey levels. */
  readonly face: number;
  readonly room: number;
  readonly hash: string;
};

/** How much changed from one picture to the next; every entry ≥ 0. */
type Change = {
  readonly ms: number;
  /** |ln| of the ratio of sizes; sizes of the face; degrees; |ln| of the ratios of light; bits of the hash. */
  readonly size: number;
  readonly place: number;
  readonly turn: number;
  readonly face: number;
  readonly room: number;
  readonly hash: number;
};

/** The latest pictures with a face, and the cuts among all since the baseline. */
export type Cuts = { readonly samples: readonly Sample[]; readonly count: number };

export const NO_CUTS: Cuts = { samples: [], count: 0 };

/**
 * Counts cuts: places where one film goes over into another. From one picture to the next at least two of four things
 * leap at once, while the pictures before and after are calm: the face's place, size or angle; the light; the picture
 * as a whole; and time, in a pause that hides the change. A body, which has mass, starts and stops over several
 * pictures; a lamp that is switched on moves nobody; a camera that is knocked leaps once, the cuts of a spliced film are
 * as many as its clips. Light that changes all at once and alone counts half: a lamp does so once, a film at each
 * clip. A face that is suddenly much larger or smaller counts as two: nothing but a cut does that.
 */
export function observeCuts(before: Cuts, observation: Observation, face: FaceObservation, settings: Settings): Cuts {
  const samples = [...before.samples.slice(-3), sampleOf(observation, face)];
  if (samples.length < 4) return { samples, count: before.count };
  const [lead, middle, tail] = [0, 1, 2].map((at) => changeOf(samples[at]!, samples[at + 1]!));
  return { samples, count: before.count + cutsAt(lead!, middle!, tail!, settings) };
}

/** In leaps: 1 is as much as no picture of a live film leapt alone. */
const MOST = 2;
const JUMP = 4;

function cutsAt(lead: Change, middle: Change, tail: Change, settings: Settings): 0 | 0.5 | 1 | 2 {
  // What goes on before or after, half as fast, is a motion; where pictures were lost in between, it went on for longer.
  const goesOn = (of: Exclude<keyof Change, 'ms'>, beside: Change) =>
    beside[of] * Math.max(1, middle.ms / Math.max(1, beside.ms));
  const leap = (of: Exclude<keyof Change, 'ms'>, bar: number) =>
    Math.max(0, middle[of] - 2 * Math.max(goesOn(of, lead), goesOn(of, tail))) / bar;
  const size = leap('size', settings.cutSize);
  // The whole picture in another light.
  const lit = Math.min(leap('face', settings.cutLight), leap('room', settings.cutLight));
  const leaps = [
    Math.max(size, leap('place', settings.cutPlace), leap('turn', settings.cutTurn)),
    Math.max(leap('face', settings.cutLight), leap('room', settings.cutLight)),
    leap('hash', settings.cutHash),
    middle.ms > settings.cutMs ? 1 : 0,
  ].map((value) => Math.min(MOST, value));
  const several = leaps.filter((value) => value >= settings.cutShare).length >= 2;
  if (!several || leaps.reduce((sum, value) => sum + value, 0) < settings.cutSum) return lit >= JUMP ? 0.5 : 0;
  return size >= JUMP && leaps.slice(1, 3).some((value) => value >= 1) ? 2 : 1;
}

function sampleOf({ at, hash }: Observation, { points, pose, quality }: FaceObservation): Sample {
  const count = points.length / 3;
  let [x, y, square] = [0, 0, 0];
  for (let i = 0; i < points.length; i += 3) {
    x += points[i]! / count;
    y += points[i + 1]! / count;
  }
  for (let i = 0; i < points.length; i += 3) square += (points[i]! - x) ** 2 + (points[i + 1]! - y) ** 2;
  const { yaw, pitch } = pose;
  return {
    at,
    x,
    y,
    size: Math.sqrt(square / count),
    yaw,
    pitch,
    face: quality.brightness,
    room: quality.surround,
    hash,
  };
}

/** In the dark a grey level more is no change of the light. */
const DARK = 5;

function changeOf(a: Sample, b: Sample): Change {
  const ratio = (one: number, other: number) => Math.abs(Math.log(one / other));
  return {
    ms: b.at - a.at,
    size: ratio(a.size, b.size),
    place: Math.hypot(a.x - b.x, a.y - b.y) / Math.sqrt(a.size * b.size),
    turn: Math.hypot(a.yaw - b.yaw, a.pitch - b.pitch),
    face: ratio(a.face + DARK, b.face + DARK),
    room: ratio(a.room + DARK, b.room + DARK),
    hash: bitsBetween(a.hash, b.hash),
  };
}

/** How many bits differ in two numbers of 16 hex digits. */
function bitsBetween(a: string, b: string): number {
  let count = 0;
  for (const from of [0, 8]) {
    let differing = (Number.parseInt(a.slice(from, from + 8), 16) ^ Number.parseInt(b.slice(from, from + 8), 16)) >>> 0;
    for (; differing !== 0; differing &= differing - 1) count++;
  }
  return count;
}
