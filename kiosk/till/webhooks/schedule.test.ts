import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIVE_UP_MS, nextTry } from './schedule.ts';

describe('the times of a message', () => {
  it('lie further and further apart, up to an hour, and end after a day', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 200, maxLength: 200 }),
        (chances) => {
          let [now, failures] = [0, 0];
          for (const chance of chances) {
            const at = nextTry(0, now, ++failures, chance);
            if (at === undefined) break;
            expect(at - now).toBeGreaterThanOrEqual(1500);
            expect(at - now).toBeLessThanOrEqual(1.25 * 3_600_000);
            expect(at).toBeLessThanOrEqual(GIVE_UP_MS);
            now = at;
          }
          expect(now).toBeGreaterThan(GIVE_UP_MS - 2 * 3_600_000);
          expect(failures).toBeLessThan(60);
        },
      ),
    );
  });
  it('begin with seconds', () => {
    expect([1, 2, 3, 4].map((failures) => nextTry(0, 0, failures, 0.5))).toEqual([2000, 4000, 8000, 16_000]);
  });
});
