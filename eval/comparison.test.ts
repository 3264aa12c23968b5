import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalError, errorsAt, tarAtFar } from './comparison.ts';

const scores = fc.record({
  genuine: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 }),
  impostor: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 }),
});

describe('error rates', () => {
  it('count a score at the threshold as a match', () => {
    const { fmr, fnmr } = errorsAt({ genuine: [1, 2, 3, 4], impostor: [0, 1, 2] }, 2);
    expect([fmr.hits, fmr.of]).toEqual([1, 3]);
    expect([fnmr.hits, fnmr.of]).toEqual([1, 4]);
  });

  it('are equal at a quarter where one of four stands on the wrong side', () => {
    const { rate, at } = equalError({ genuine: [4, 6, 7, 8], impostor: [1, 2, 3, 5] });
    expect(rate).toBe(0.25);
    expect(at.threshold).toBe(5);
  });

  it('are 0 where the two stand apart, and about a half where they are the same', () => {
    expect(equalError({ genuine: [5, 6], impostor: [1, 2] }).rate).toBe(0);
    expect(equalError({ genuine: [1, 2, 3, 4], impostor: [1, 2, 3, 4] }).rate).toBeCloseTo(0.5, 12);
  });

  it('rise on one side as they fall on the other', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 0, max: 30 }), (each, threshold) => {
        const [low, high] = [errorsAt(each, threshold), errorsAt(each, threshold + 1)];
        expect(high.fmr.rate).toBeLessThanOrEqual(low.fmr.rate);
        expect(high.fnmr.rate).toBeGreaterThanOrEqual(low.fnmr.rate);
      }),
    );
  });

  it('at the equal-error threshold differ no more than at any other score', () => {
    fc.assert(
      fc.property(scores, (each) => {
        const { rate, at } = equalError(each);
        const gap = (threshold: number) => {
          const { fmr, fnmr } = errorsAt(each, threshold);
          return Math.abs(fmr.rate - fnmr.rate);
        };
        expect(rate).toBeCloseTo((at.fmr.rate + at.fnmr.rate) / 2, 12);
        for (const threshold of [...each.genuine, ...each.impostor])
          expect(gap(threshold)).toBeGreaterThanOrEqual(gap(at.threshold) - 1e-12);
      }),
    );
  });
});

describe('true accepts at a false accept rate', () => {
  it('take the lowest threshold that keeps to the rate', () => {
    const impostor = Array.from({ length: 100 }, (_, i) => i);
    const { threshold, tar, fmr } = tarAtFar({ genuine: [97, 98, 99, 100, 200], impostor }, 0.02);
    expect(threshold).toBe(98);
    expect(fmr.hits).toBe(2);
    expect(tar.hits).toBe(4);
  });

  it('say when there are too few impostors to show such a rate', () => {
    const impostor = Array.from({ length: 500 }, () => 0);
    expect(tarAtFar({ genuine: [1], impostor }, 1e-2).shown).toBe(true);
    expect(tarAtFar({ genuine: [1], impostor }, 1e-3).shown).toBe(false);
  });

  it('never exceed the rate, and no lower threshold keeps to it', () => {
    fc.assert(
      fc.property(scores, fc.constantFrom(0, 0.01, 0.1, 0.5), (each, far) => {
        const { threshold, fmr } = tarAtFar(each, far);
        expect(fmr.rate).toBeLessThanOrEqual(far);
        for (const lower of [...each.genuine, ...each.impostor].filter((score) => score < threshold))
          expect(errorsAt(each, lower).fmr.rate).toBeGreaterThan(far);
      }),
    );
  });
});
