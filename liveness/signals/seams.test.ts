import { describe, expect, it } from 'vitest';
import type { Observation } from '../contract.ts';
import { judge } from '../session.ts';
import { DEFAULTS } from '../settings.ts';
import { type Person, perform } from '../testing/person.ts';
import { planOf } from '../testing/plans.ts';
import { NO_CUTS, observeCuts } from './cuts.ts';

const PLAN = planOf('turn-left', 'nod-down');
const HASH = 'f0f0f0f0f0f0f0f0';
/** Four bits away from it. */
const NEAR = 'f0f0f0f0f0f0f0ff';

function pictures(traits: Partial<Person> = {}): readonly Observation[] {
  return perform(PLAN, { ...traits, alter: (one) => ({ ...one, hash: HASH }) }).observations;
}

const seams = (observations: readonly Observation[]) =>
  observations.reduce((cuts, one) => observeCuts(cuts, one, one.face!, DEFAULTS), NO_CUTS).seams;

/** From picture 20 on, another sitting. */
const from = (change: (one: Observation) => Observation) => (one: Observation) => (one.seq > 20 ? change(one) : one);

const larger = (one: Observation, by: number): Observation => {
  const face = one.face!;
  const points = face.points.map((value, i) => [320, 240, 0][i % 3]! + (value - [320, 240, 0][i % 3]!) * by);
  return { ...one, face: { ...face, points } };
};
const looks = (one: Observation, { light = 1, sharpness = 1 }): Observation => {
  const face = one.face!;
  const { quality } = face;
  const changed = {
    ...quality,
    brightness: quality.brightness * light,
    surround: quality.surround * light,
    sharpness: quality.sharpness * sharpness,
  };
  return { ...one, face: { ...face, quality: changed } };
};
const beside = (one: Observation): Observation => {
  const face = one.face!;
  return { ...one, hash: NEAR, face: { ...face, points: face.points.map((value, i) => value + [40, 20, 0][i % 3]!) } };
};

describe('a seam', () => {
  it.each([8, 15, 30])('is nowhere in a person’s session at %i pictures a second', (fps) => {
    expect(seams(pictures({ fps }))).toBe(0);
    expect(seams(pictures({ fps, speed: 2, turn: 45 }))).toBe(0);
  });

  it('is not where only the points of a head turned far are found anew, and is where the picture changes too', () => {
    const far = (one: Observation): Observation => ({
      ...one,
      face: { ...one.face!, pose: { ...one.face!.pose, yaw: 60 } },
    });
    const all = pictures().map(far);
    const sharper = (one: Observation) => looks(larger(one, 1.2), { sharpness: 2 });
    expect(seams(all.map(from(sharper)))).toBe(0);
    expect(seams(all.map(from((one) => ({ ...sharper(one), hash: NEAR }))))).toBe(1);
    expect(seams(pictures().map(from(sharper)))).toBe(1);
  });

  it('is where the face is at once a little larger before another wall', () => {
    expect(seams(pictures().map(from((one) => ({ ...larger(one, 1.04), hash: NEAR }))))).toBe(1);
  });

  it('is where the picture is at once sharper and a little lighter, as with another camera’s noise', () => {
    expect(seams(pictures().map(from((one) => looks(one, { sharpness: 5, light: 1.15 }))))).toBe(1);
  });

  it('is where everything is at once in another light and as sharp as it is in that', () => {
    expect(seams(pictures().map(from((one) => looks(one, { light: 1.5, sharpness: 2 }))))).toBe(1);
  });

  it('is not where only the light leaps, and half of one where only the sharpness does', () => {
    expect(seams(pictures().map(from((one) => looks(one, { light: 1.5 }))))).toBe(0);
    expect(seams(pictures().map(from((one) => looks(one, { sharpness: 3 }))))).toBe(0.5);
    expect(seams(pictures().map(from((one) => looks(one, { sharpness: 1.2 }))))).toBe(0);
  });

  it('is where the sharpness alone goes there and back, as in a film that is cut to another sitting and back', () => {
    const sharp = (one: Observation, sharpness: number): Observation => ({
      ...one,
      face: { ...one.face!, quality: { ...one.face!.quality, sharpness } },
    });
    const calm = pictures({ aim: (_, { rest }) => rest });
    expect(seams(calm.map((one) => sharp(one, one.seq > 10 ? 180 : 120)))).toBe(0.5);
    expect(seams(calm.map((one) => sharp(one, one.seq > 10 && one.seq <= 17 ? 180 : 120)))).toBe(1);
    expect(seams(calm.map((one) => sharp(one, one.seq > 10 && one.seq <= 17 ? 150 : 120)))).toBe(0);
  });

  it('is where a calm face alone grows, and not where a restless one does', () => {
    const calm = pictures({ aim: (_, { rest }) => rest });
    expect(seams(calm.map(from((one) => larger(one, 1.035))))).toBe(1);
    expect(seams(calm.map(from((one) => larger(one, 1.01))))).toBe(0);
    const restless = calm.map((one) => ({
      ...one,
      face: { ...one.face!, pose: { ...one.face!.pose, yaw: 6 * (one.seq % 2) } },
    }));
    expect(seams(restless.map(from((one) => larger(one, 1.035))))).toBe(0);
  });

  it('is not where the camera was knocked, which enlarges nobody', () => {
    expect(seams(pictures().map(from(beside)))).toBe(0);
  });

  it('is not in what goes on over several pictures', () => {
    const share = (one: Observation) => Math.min(1, Math.max(0, (one.seq - 20) / 6));
    const film = pictures().map((one) => looks(larger(one, 1 + 0.2 * share(one)), { light: 1 + 0.5 * share(one) }));
    expect(seams(film.map((one) => (one.seq > 22 ? { ...one, hash: NEAR } : one)))).toBe(0);
  });

  it('asks for twice as much after a pause, in which a person may have moved', () => {
    const late = (change: (one: Observation) => Observation) =>
      from((one) => ({ ...change(one), hash: NEAR, at: one.at + 200 }));
    expect(seams(pictures().map(late((one) => larger(one, 1.04))))).toBe(0);
    expect(seams(pictures().map(late((one) => larger(looks(one, { sharpness: 2 }), 1.1))))).toBe(1);
  });

  it('ends the session, and the judge agrees', () => {
    const spliced = (one: Observation): Observation =>
      one.seq > 40 ? { ...larger(one, 1.04), hash: NEAR } : { ...one, hash: HASH };
    const { verdict, observations } = perform(PLAN, { alter: spliced });
    expect(verdict).toMatchObject({ live: false, reasons: ['time-irregular'] });
    expect(verdict.signals.find(({ name }) => name === 'seams')).toMatchObject({ value: 1, bar: 0.5, passed: false });
    expect(judge(PLAN, observations)).toEqual(verdict);
  });
});
