import type { Settings } from '../settings.ts';
import type { Leap } from './leaps.ts';

/** In the units of the settings: at most this counts of one leap. */
const MOST = 2;
/** What no person and no camera does from one picture to the next, in units: the face grows, the picture gets sharper. */
const SIZE = 0.4;
const SHARPNESS = 3;
/** The light of everything, as by a lamp; or of something, before another wall. */
const LIT = 4;
const LIGHT = 2;
const WALL = 0.9;
/** Degrees of yaw. */
const FAR = 45;

/** How much of a seam there is: 1 is one, two halves are one too. */
export function seamsAt(leap: Leap, settings: Settings): 0 | 0.5 | 1 {
  return isSeam(leap, settings) ? 1 : seamInCalm(leap, settings);
}

/**
 * Where the head hardly moves, the mesh lies still, and nothing but a seam lets the face grow or shrink at once. The
 * sharpness alone counts half: a lens may find its focus once, a film of two sittings goes there and back.
 */
function seamInCalm(leap: Leap, settings: Settings): 0 | 0.5 | 1 {
  if (leap.speed > settings.calmSpeed || leap.yaw > FAR || leap.ms > settings.seamMs) return 0;
  if (leap.size >= settings.calmSize) return 1;
  return leap.sharpness >= settings.seamSharpness ? 0.5 : 0;
}

/**
 * A seam: a single place where a film must have been put together, however calm it is before and after. The size of the
 * face, the light, the sharpness (two sittings seldom have one camera's noise, one distance and the same glasses) and the
 * picture's hash leap at once, and something among it that does not come from a camera that was knocked, which moves
 * everything and enlarges nothing, nor from a head that turned while pictures were lost. A film of two clips has one
 * such place, so that one is enough. Somebody who switches a lamp on in the middle of a session may have to begin again.
 */
function isSeam(leap: Leap, settings: Settings): boolean {
  const [face, room] = [leap.face / settings.cutLight, leap.room / settings.cutLight];
  const [size, light] = [leap.size / settings.cutSize, Math.max(face, room)];
  const [sharpness, hash] = [leap.sharpness / settings.seamSharpness, leap.hash / settings.cutHash];
  const lit = Math.min(face, room) >= LIT || (light >= LIGHT && hash >= WALL);
  // The points of a head turned far are found anew now and then, and with them its size and place: only the picture tells.
  if (leap.yaw > FAR && hash < settings.cutShare) return false;
  if (leap.turn >= settings.cutTurn || !(size >= SIZE || sharpness >= SHARPNESS || lit)) return false;
  const telling = [size, light, sharpness, hash].map((value) => Math.min(MOST, value));
  const signs = [...telling, leap.place / settings.cutPlace].filter((value) => value >= settings.cutShare).length;
  const sum = telling.reduce((total, value) => total + value, 0);
  return signs >= 2 && sum >= settings.seamSum * (leap.ms > settings.seamMs ? 2 : 1);
}
