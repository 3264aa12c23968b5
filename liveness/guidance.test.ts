import { describe, expect, it } from 'vitest';
import type { Hint, Observation, Quality } from './contract.ts';
import { coverHint, hintFor } from './guidance.ts';
import { DEFAULTS } from './settings.ts';
import { perform } from './testing/person.ts';
import { planOf } from './testing/plans.ts';

const PLAN = planOf('turn-left', 'nod-up');

const alike = (quality: Partial<Quality>, untilMs = Number.POSITIVE_INFINITY) => ({
  alter: (one: Observation) =>
    one.at > untilMs ? one : { ...one, face: { ...one.face!, quality: { ...one.face!.quality, ...quality } } },
});
const saidIn = (session: ReturnType<typeof perform>) =>
  session.steps.flatMap(({ prompt }) => (prompt.kind === 'guidance' ? [prompt.hint] : []));

const [seen] = perform(PLAN).observations;
const hintTo = (quality: Partial<Quality>): Hint | undefined =>
  hintFor({ ...seen!, face: { ...seen!.face!, quality: { ...seen!.face!.quality, ...quality } } }, DEFAULTS);

describe('guidance', () => {
  it.each<[Hint, Partial<Quality>]>([
    ['take-off-mask', { lipColour: -0.1 }],
    ['take-off-sunglasses', { eyeLight: 0.3 }],
  ])('says %s for a while, then goes on: it may be wrong', (hint, quality) => {
    const session = perform(PLAN, alike(quality));
    expect(new Set(saidIn(session))).toEqual(new Set([hint]));
    expect(session.verdict).toMatchObject({ live: true });
    const plain = perform(PLAN);
    const longer = session.observations.at(-1)!.at - plain.observations.at(-1)!.at;
    expect(longer).toBeGreaterThan(DEFAULTS.coverMs - 500);
    expect(longer).toBeLessThan(DEFAULTS.coverMs + 3000);
  });

  it('goes on at once when the mask comes off', () => {
    const session = perform(PLAN, alike({ lipColour: -0.1 }, 2500));
    expect(new Set(saidIn(session))).toEqual(new Set(['take-off-mask']));
    expect(session.verdict).toMatchObject({ live: true });
    const plain = perform(PLAN).observations.at(-1)!.at;
    expect(session.observations.at(-1)!.at - plain).toBeLessThan(4000);
  });

  it('takes a kiosk that sends no colours for one that sees bare faces', () => {
    expect(coverHint(seen!.face!, DEFAULTS)).toBeUndefined();
  });

  it('says nothing of colours in the dark, where they are grain', () => {
    const quality = { ...seen!.face!.quality, brightness: 30, lipColour: -0.1, eyeLight: 0.3 };
    expect(coverHint({ ...seen!.face!, quality }, DEFAULTS)).toBeUndefined();
  });

  it('speaks of a dark mask before it speaks of the light, which the mask takes away', () => {
    const [hint] = saidIn(perform(PLAN, alike({ brightness: 45, lipColour: -0.1 }, 2500)));
    expect(hint).toBe('take-off-mask');
  });

  it('asks for a mask to come off first: it makes the eyes look dark', () => {
    const quality = { ...seen!.face!.quality, lipColour: -0.1, eyeLight: 0.4 };
    expect(coverHint({ ...seen!.face!, quality }, DEFAULTS)).toBe('take-off-mask');
  });

  it.each<[Hint | undefined, number, number]>([
    ['brighter', 40, 30],
    ['brighter', 45, 80],
    ['backlight', 45, 90],
    ['backlight', 60, 170],
    [undefined, 60, 150],
    [undefined, 75, 200],
    [undefined, 50, 60],
  ])('says %s to a face of %i before a surround of %i grey levels', (hint, brightness, surround) => {
    expect(hintTo({ brightness, surround })).toBe(hint);
  });

  it('asks a face closer that is large in a picture of few pixels: the backend could not use it', () => {
    const box = { x: 50, y: 40, width: 40, height: 48 };
    expect(hintFor({ ...seen!, width: 160, height: 120, face: { ...seen!.face!, box } }, DEFAULTS)).toBe('closer');
  });
});
