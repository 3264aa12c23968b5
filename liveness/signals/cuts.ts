import type { FaceObservation, Observation } from '../contract.ts';
import type { Settings } from '../settings.ts';
import { type Leap, leapWithin, type Sample, sampleOf } from './leaps.ts';
import { seamsAt } from './seams.ts';

/** The latest pictures with a face, and the cuts and seams among all since the baseline. */
export type Cuts = { readonly samples: readonly Sample[]; readonly count: number; readonly seams: number };

export const NO_CUTS: Cuts = { samples: [], count: 0, seams: 0 };

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
  if (samples.length < 4) return { ...before, samples };
  const leap = leapWithin(samples as unknown as [Sample, Sample, Sample, Sample]);
  return {
    samples,
    count: before.count + cutsAt(leap, settings),
    seams: before.seams + seamsAt(leap, settings),
  };
}

/** In leaps: 1 is as much as no picture of a live film leapt alone. */
const MOST = 2;
const JUMP = 4;

function cutsAt(leap: Leap, settings: Settings): 0 | 0.5 | 1 | 2 {
  const size = leap.size / settings.cutSize;
  const [face, room] = [leap.face / settings.cutLight, leap.room / settings.cutLight];
  const leaps = [
    Math.max(size, leap.place / settings.cutPlace, leap.turn / settings.cutTurn),
    Math.max(face, room),
    leap.hash / settings.cutHash,
    leap.ms > settings.cutMs ? 1 : 0,
  ].map((value) => Math.min(MOST, value));
  const several = leaps.filter((value) => value >= settings.cutShare).length >= 2;
  if (!several || leaps.reduce((sum, value) => sum + value, 0) < settings.cutSum) {
    // The whole picture in another light.
    return Math.min(face, room) >= JUMP ? 0.5 : 0;
  }
  return size >= JUMP && leaps.slice(1, 3).some((value) => value >= 1) ? 2 : 1;
}
