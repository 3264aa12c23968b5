import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../settings.ts';
import { seeded, unitVector } from '../testing/random.ts';
import { cosine, type Identity, isProven, NOBODY, recognise } from './identity.ts';

const ME = unitVector(seeded(1), 512);
const OTHER = unitVector(seeded(2), 512);
const START: Identity = { ...NOBODY, reference: ME, track: 1 };
const look = (before: Identity, at: number, track: number, embedding?: readonly number[]) =>
  recognise(before, { at, track, view: 'neutral', ...(embedding && { embedding }) }, DEFAULTS);

describe('identity', () => {
  it('compares by the cosine, and not at all what are no two vectors', () => {
    expect(cosine(ME, ME)).toBeCloseTo(1);
    expect(cosine([1, 0], [0, 2])).toBe(0);
    expect(cosine(ME, undefined)).toBeUndefined();
    expect(cosine([], [])).toBeUndefined();
    expect(cosine([1, 0], [1])).toBeUndefined();
    expect(cosine([1, 0], [0, 0])).toBeUndefined();
    expect(cosine([1, 0], [Number.NaN, 0])).toBeUndefined();
  });

  it('proves a frame by its own embedding only', () => {
    expect(look(START, 0, 1, ME).proven).toBe(true);
    expect(look(START, 0, 1).proven).toBe(false);
    expect(recognise(START, { at: 0, track: 1, embedding: ME, view: 'turned' }, DEFAULTS).proven).toBe(false);
  });

  it('trusts a new track once it was recognised', () => {
    const doubt = look(START, 1000, 2).identity;
    expect(isProven(doubt, 2)).toBe(false);
    expect(isProven(look(doubt, 1100, 2, ME).identity, 2)).toBe(true);
  });

  it('gives up a new track that is not recognised in time', () => {
    const doubt = look(START, 1000, 2).identity;
    expect(look(doubt, 3900, 2).reason).toBeUndefined();
    expect(look(doubt, 4100, 2).reason).toBe('face-lost');
  });

  it('forgives one poor sample, not two in a row', () => {
    const once = look(START, 0, 1, OTHER);
    expect(once.reason).toBeUndefined();
    expect(isProven(once.identity, 1)).toBe(false);
    expect(look(once.identity, 100, 1, OTHER).reason).toBe('identity-changed');
    expect(isProven(look(once.identity, 100, 1, ME).identity, 1)).toBe(true);
  });

  it('compares no face that is turned far: it would look like nobody', () => {
    const far = (before: Identity, at: number) =>
      recognise(before, { at, track: 1, embedding: OTHER, view: 'far' }, DEFAULTS);
    const twice = far(far(START, 0).identity, 100);
    expect(twice.reason).toBeUndefined();
    expect(isProven(twice.identity, 1)).toBe(true);
    expect(twice.proven).toBe(false);
  });

  it('does not trust a new track for a turned face that is only half like the old one', () => {
    const half = ME.map((value, index) => 0.35 * value + 0.94 * OTHER[index]!);
    const turned = (track: number, embedding: readonly number[]) =>
      recognise(START, { at: 0, track, embedding, view: 'turned' }, DEFAULTS).identity;
    expect(cosine(ME, half)).toBeGreaterThan(DEFAULTS.sameFaceTurned);
    expect(cosine(ME, half)).toBeLessThan(DEFAULTS.sameFace);
    expect(isProven(turned(1, half), 1)).toBe(true);
    expect(isProven(turned(2, half), 2)).toBe(false);
    expect(isProven(turned(2, ME), 2)).toBe(true);
  });
});
