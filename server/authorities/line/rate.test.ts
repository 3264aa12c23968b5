import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRate } from './rate.ts';

describe('the rate of questions', () => {
  it('without a limit is not limited', () => {
    const rate = createRate({}, () => 0);
    for (let i = 0; i < 1000; i++) expect(rate.take()).toBe(true);
  });

  it('never lets more through in any second or minute than allowed, and never refuses what is allowed', () => {
    const steps = fc.array(fc.nat(5000), { maxLength: 200 });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 20 }),
        (gaps, perSecond, perMinute) => {
          let now = 1_000_000;
          const rate = createRate({ perSecond, perMinute }, () => now);
          const taken: number[] = [];
          for (const gap of gaps) {
            now += gap;
            const inSecond = taken.filter((time) => now - time < 1000).length;
            const inMinute = taken.filter((time) => now - time < 60_000).length;
            const free = inSecond < perSecond && inMinute < perMinute;
            expect(rate.take()).toBe(free);
            if (free) taken.push(now);
          }
        },
      ),
    );
  });

  it('is not locked by a clock that is set back', () => {
    let now = 10_000_000;
    const rate = createRate({ perMinute: 1 }, () => now);
    expect([rate.take(), rate.take()]).toEqual([true, false]);
    now = 5_000_000;
    expect(rate.take()).toBe(true);
  });
});
