import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc, clopperPearson, meanError, pearson, pearsonInterval, wilson } from './statistics.ts';

const counts = fc
  .integer({ min: 1, max: 400 })
  .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));
const scores = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });

describe('an interval', () => {
  it('of no attack accepted among 20 is the 16.8 % that everybody quotes', () => {
    expect(clopperPearson(0, 20)[0]).toBe(0);
    expect(clopperPearson(0, 20)[1]).toBeCloseTo(0.1684, 4);
  });

  it('has the published values', () => {
    expect(clopperPearson(10, 100)[0]).toBeCloseTo(0.049, 4);
    expect(clopperPearson(10, 100)[1]).toBeCloseTo(0.1762, 4);
    expect(clopperPearson(20, 20)[0]).toBeCloseTo(0.8316, 4);
    expect(wilson(10, 100)[0]).toBeCloseTo(0.0552, 4);
    expect(wilson(10, 100)[1]).toBeCloseTo(0.1744, 4);
    expect(pearsonInterval(0.5, 28)[0]).toBeCloseTo(0.1559, 3);
    expect(pearsonInterval(0.5, 28)[1]).toBeCloseTo(0.7362, 3);
  });

  it('of nothing is everything', () => {
    expect(clopperPearson(0, 0)).toEqual([0, 1]);
    expect(wilson(0, 0)).toEqual([0, 1]);
    expect(pearsonInterval(1, 3)).toEqual([-1, 1]);
  });

  it('holds the share that was seen, and mirrors when hits and misses change places', () => {
    fc.assert(
      fc.property(counts, ([hits, of]) => {
        for (const interval of [clopperPearson, wilson]) {
          const [low, high] = interval(hits, of);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(hits / of + 1e-9);
          expect(high).toBeGreaterThanOrEqual(hits / of - 1e-9);
          expect(interval(of - hits, of)[0]).toBeCloseTo(1 - high, 9);
        }
      }),
    );
  });

  it('narrows with more of the same', () => {
    fc.assert(
      fc.property(counts, ([hits, of]) => {
        const width = ([low, high]: readonly [number, number]) => high - low;
        expect(width(clopperPearson(10 * hits, 10 * of))).toBeLessThan(width(clopperPearson(hits, of)));
      }),
    );
  });
});

describe('correlation', () => {
  it('is 1 along a rising line, −1 along a falling one, nothing where nothing varies', () => {
    expect(pearson([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(pearson([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 7])).toBeCloseTo(12 / Math.sqrt(10 * 21.2), 12);
    expect(pearson([1, 1, 1], [1, 2, 3])).toBeNaN();
  });

  it('does not change when one of the two is stretched or shifted', () => {
    const numbers = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -9, max: 9 }), (pairs, stretch, shift) => {
        const [one, other] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const r = pearson(one, other);
        const moved = pearson(
          one.map((number) => number * stretch + shift),
          other,
        );
        if (Number.isNaN(r)) expect(moved).toBeNaN();
        else expect(moved).toBeCloseTo(r, 9);
      }),
    );
  });
});

describe('mean error and AUC', () => {
  it('are what a reader would count', () => {
    expect(meanError([1, 2, 3], [1, 4, 0])).toBeCloseTo(5 / 3, 12);
    expect(auc([3, 4], [1, 2])).toBe(1);
    expect(auc([1, 2], [3, 4])).toBe(0);
    expect(auc([1, 3], [2, 2])).toBe(0.5);
    expect(auc([], [1])).toBeNaN();
  });

  it('AUC is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(scores, scores, (higher, lower) => {
        const pairs = higher.flatMap((high) => lower.map((low): number => (high > low ? 1 : high === low ? 0.5 : 0)));
        const share = pairs.reduce((sum, each) => sum + each, 0) / pairs.length;
        expect(auc(higher, lower)).toBeCloseTo(share, 12);
        expect(auc(lower, higher)).toBeCloseTo(1 - share, 12);
      }),
    );
  });
});
