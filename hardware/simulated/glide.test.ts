import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glide, rest } from './glide.ts';

const angle = fc.double({ min: -40, max: 40, noNaN: true });
const motion = fc.record({
  place: angle,
  speed: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
  acceleration: fc.double({ min: -0.001, max: 0.001, noNaN: true }),
});

describe('a glide', () => {
  it('begins in the very motion that it is given, and ends at rest at its target', () => {
    fc.assert(
      fc.property(motion, angle, fc.integer({ min: 300, max: 2000 }), (start, target, duration) => {
        const way = glide(start, target, 1000, duration);
        expect(way(1000)).toEqual(start);
        expect(way(1000 + duration)).toEqual(rest(target));
        expect(way(1e9)).toEqual(rest(target));
      }),
    );
  });

  it('tells speeds and accelerations that are the slopes of its places and speeds', () => {
    fc.assert(
      fc.property(motion, angle, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (start, target, share) => {
        const way = glide(start, target, 0, 700);
        const [before, here, after] = [way(share * 700 - 0.01), way(share * 700), way(share * 700 + 0.01)];
        expect((after.place - before.place) / 0.02).toBeCloseTo(here.speed, 5);
        expect((after.speed - before.speed) / 0.02).toBeCloseTo(here.acceleration, 5);
      }),
    );
  });

  it('from rest goes half its way in half its time, fastest there, and never beyond', () => {
    const way = glide(rest(0), 28, 0, 700);
    expect(way(350).place).toBeCloseTo(14);
    // The peak speed of a minimum-jerk motion is 1.875 times its mean.
    expect(way(350).speed).toBeCloseTo((1.875 * 28) / 700);
    for (let at = 0; at < 800; at += 7) expect(way(at).place).toBeLessThanOrEqual(28);
  });
});
