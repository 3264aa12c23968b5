import type { FaceObservation, Observation } from '../contract.ts';

/** Where the face stands in one picture, how sharp, in what light, before what. */
export type Sample = {
  readonly at: number;
  /** Centre of the points, pixels, and the root of their mean squared distance from it. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly yaw: number;
  readonly pitch: number;
  /** Grey levels; `sharpness` grey levels². */
  readonly face: number;
  readonly room: number;
  readonly sharpness: number;
  readonly hash: string;
};

/** How much changed from one picture to the next; every entry ≥ 0. */
type Change = {
  readonly ms: number;
  /** |ln| of the ratio of sizes; sizes of the face; degrees; |ln| of the ratios of light and sharpness; bits of the hash. */
  readonly size: number;
  readonly place: number;
  readonly turn: number;
  readonly face: number;
  readonly room: number;
  readonly sharpness: number;
  readonly hash: number;
};

/**
 * What of a change is no motion; `ms` is the time that it took; `yaw` how far the head was turned before and after, degrees;
 * `speed` how fast it turned at most in the four pictures, °/s.
 */
export type Leap = Change & { readonly yaw: number; readonly speed: number };

/**
 * What leapt between the second and the third of four pictures: the part of each change that does not go on before or
 * after, half as fast. A body, which has mass, starts and stops over several pictures; where pictures were lost in between,
 * it went on for longer.
 */
export function leapWithin(samples: readonly [Sample, Sample, Sample, Sample]): Leap {
  const [lead, middle, tail] = [0, 1, 2].map((at) => changeOf(samples[at]!, samples[at + 1]!)) as [
    Change,
    Change,
    Change,
  ];
  const goesOn = (of: keyof Change, beside: Change) => beside[of] * Math.max(1, middle.ms / Math.max(1, beside.ms));
  const leap = (of: keyof Change) => Math.max(0, middle[of] - 2 * Math.max(goesOn(of, lead), goesOn(of, tail)));
  return {
    ms: middle.ms,
    yaw: Math.min(Math.abs(samples[1].yaw), Math.abs(samples[2].yaw)),
    speed: Math.max(...[lead, middle, tail].map(({ turn, ms }) => (1000 * turn) / Math.max(1, ms))),
    size: leap('size'),
    place: leap('place'),
    turn: leap('turn'),
    face: leap('face'),
    room: leap('room'),
    sharpness: leap('sharpness'),
    hash: leap('hash'),
  };
}

export function sampleOf({ at, hash }: Observation, { points, pose, quality }: FaceObservation): Sample {
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
    sharpness: quality.sharpness,
    hash,
  };
}

/** In the dark a grey level more is no change of the light. */
const DARK = 5;
/** Nor is a little more or less of hardly any sharpness. */
const BLUR = 2;

function changeOf(a: Sample, b: Sample): Change {
  const ratio = (one: number, other: number) => Math.abs(Math.log(one / other));
  return {
    ms: b.at - a.at,
    size: ratio(a.size, b.size),
    place: Math.hypot(a.x - b.x, a.y - b.y) / Math.sqrt(a.size * b.size),
    turn: Math.hypot(a.yaw - b.yaw, a.pitch - b.pitch),
    face: ratio(a.face + DARK, b.face + DARK),
    room: ratio(a.room + DARK, b.room + DARK),
    sharpness: ratio(a.sharpness + BLUR, b.sharpness + BLUR),
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
