import { describe, expect, it } from 'vitest';
import type { Observation } from '../contract.ts';
import { judge } from '../session.ts';
import { DEFAULTS } from '../settings.ts';
import { type Person, perform } from '../testing/person.ts';
import { planOf } from '../testing/plans.ts';
import { NO_CUTS, observeCuts } from './cuts.ts';

const PLAN = planOf('turn-left', 'nod-down');
const HASH = 'f0f0f0f0f0f0f0f0';
const OTHER = '0f0f0f0ff0f0f0f0';

/** The pictures of a person before one wall, who is asked to move. */
function pictures(traits: Partial<Person> = {}): readonly Observation[] {
  const { observations } = perform(PLAN, { ...traits, alter: (one) => ({ ...one, hash: HASH }) });
  return observations;
}

function count(observations: readonly Observation[]): number {
  return observations.reduce((cuts, one) => observeCuts(cuts, one, one.face!, DEFAULTS), NO_CUTS).count;
}

/** The same head nearer to the camera, before another part of the wall. */
function nearer(one: Observation, by: number, hash = OTHER): Observation {
  const face = one.face!;
  const points = face.points.map((value, index) => {
    const middle = [320, 240, 0][index % 3]!;
    return middle + (value - middle) * by;
  });
  return { ...one, hash, face: { ...face, points } };
}

/** The same head elsewhere in the picture, before another part of the wall. */
function aside(one: Observation): Observation {
  const face = one.face!;
  const points = face.points.map((value, index) => value + [40, 20, 0][index % 3]!);
  return { ...one, hash: OTHER, face: { ...face, points } };
}

const brighter = (one: Observation, by: number): Observation => {
  const face = one.face!;
  const { brightness, surround } = face.quality;
  return {
    ...one,
    face: { ...face, quality: { ...face.quality, brightness: brightness * by, surround: surround * by } },
  };
};

describe('cuts', () => {
  it.each([8, 15, 30])('a person who moves at %i pictures a second is not cut', (fps) => {
    expect(count(pictures({ fps }))).toBe(0);
    expect(count(pictures({ fps, speed: 2, turn: 45 }))).toBe(0);
  });

  it('nor is one of whom pictures are lost amid a motion: what goes on is a motion, however long the pause', () => {
    const film = pictures({ fps: 20 }).map((one) => ({ ...one, hash: one.seq % 16 < 8 ? HASH : OTHER }));
    const [whole, holed] = [film, film.filter(({ seq }) => seq % 7 < 4)];
    expect(count(whole)).toBe(0);
    expect(count(holed)).toBeLessThan(DEFAULTS.cutFrames);
  });

  it('where one sitting goes over into another, and back, are two cuts', () => {
    expect(count(pictures().map((one) => (one.seq > 20 && one.seq < 40 ? nearer(one, 1.1) : one)))).toBe(2);
  });

  it('where the face is suddenly much larger, one counts as two', () => {
    expect(count(pictures().map((one) => (one.seq > 20 ? nearer(one, 1.3) : one)))).toBe(2);
    expect(count(pictures().map((one) => (one.seq > 20 ? nearer(one, 1.3, HASH) : one)))).toBe(0);
  });

  it('a small difference of place before the same wall is none: it may be a step', () => {
    expect(count(pictures().map((one) => (one.seq > 20 && one.seq < 40 ? nearer(one, 1.2, HASH) : one)))).toBe(0);
  });

  it('a lamp that goes on and off moves nobody, light that leaps again and again is no lamp', () => {
    const lit = (bright: (seq: number) => boolean) =>
      count(pictures().map((one) => (bright(one.seq) ? brighter(one, 1.5) : one)));
    expect(lit((seq) => seq > 20 && seq < 40)).toBeLessThan(DEFAULTS.cutFrames);
    expect(lit((seq) => Math.floor(seq / 12) % 2 === 1)).toBeGreaterThanOrEqual(DEFAULTS.cutFrames);
  });

  it('a pause between two pictures of one place is none, a pause that hides a leap is one', () => {
    const late = (one: Observation) => (one.seq > 20 ? { ...one, at: one.at + 700 } : one);
    expect(count(pictures().map(late))).toBe(0);
    expect(count(pictures().map((one) => (one.seq > 20 ? late(nearer(one, 1.1, HASH)) : one)))).toBe(1);
  });

  it('a lamp and a leap at once is a cut', () => {
    const film = pictures().map((one) => (one.seq > 20 ? brighter(nearer(one, 1.1, HASH), 1.3) : one));
    expect(count(film)).toBe(1);
  });

  it('someone who comes nearer over several pictures is not cut', () => {
    const film = pictures().map((one) =>
      nearer(one, 1 + 0.2 * Math.min(1, Math.max(0, (one.seq - 20) / 6)), one.seq > 22 ? OTHER : HASH),
    );
    expect(count(film)).toBe(0);
  });

  it('one cut is forgiven, as when the camera is knocked; the second ends the session', () => {
    const knocked = (one: Observation): Observation => (one.seq > 40 ? aside(one) : { ...one, hash: HASH });
    const spliced = (one: Observation): Observation =>
      one.seq > 40 && one.seq < 60 ? aside(one) : { ...one, hash: HASH };
    expect(perform(PLAN, { alter: knocked }).verdict).toMatchObject({ live: true });
    const { verdict, observations } = perform(PLAN, { alter: spliced });
    expect(verdict).toMatchObject({ live: false, reasons: ['time-irregular'] });
    expect(verdict.signals.find(({ name }) => name === 'cuts')).toMatchObject({ value: 2, passed: false });
    expect(judge(PLAN, observations)).toEqual(verdict);
  });
});
