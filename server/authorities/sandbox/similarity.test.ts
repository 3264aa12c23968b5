import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { similarityOf } from './similarity.ts';

describe("the registry's similarity", () => {
  it("is 70 at the embedder's threshold, 0 without any likeness, 100 for the same picture", () => {
    expect([similarityOf(-1), similarityOf(0), similarityOf(0.52), similarityOf(1)]).toEqual([0, 0, 70, 100]);
  });

  it('never falls as the cosine rises, and stays within 0 and 100', () => {
    const cosine = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(cosine, cosine, (a, b) => {
        const [low, high] = [similarityOf(Math.min(a, b)), similarityOf(Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('reaches 70 only where the embedder says the same', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (cosine) => {
        expect(similarityOf(cosine) >= 70).toBe(cosine >= 0.52);
      }),
    );
  });

  it('is 0 for what is not a number', () => expect(similarityOf(Number.NaN)).toBe(0));
});
