import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOrders, continues, drawPlan } from './plan.ts';
import { begin } from './session.ts';
import { kindsOf, plans } from './testing/plans.ts';
import { seeded } from './testing/random.ts';

const seeds = fc.nat(1e9).map(seeded);

describe('a drawn plan', () => {
  it('has three challenges, none twice in a row, a turn to each side, and holds of 400 to 1200 ms', () => {
    fc.assert(
      fc.property(seeds, fc.array(plans, { maxLength: 80 }), (random, avoid) => {
        const plan = drawPlan(random, avoid);
        const kinds = kindsOf(plan);
        expect(kinds).toHaveLength(3);
        expect(kinds.every((kind, index) => kind !== kinds[index - 1])).toBe(true);
        expect(kinds).toEqual(expect.arrayContaining(['turn-left', 'turn-right']));
        expect(plan.steps.every(({ holdMs }) => Number.isInteger(holdMs) && holdMs >= 400 && holdMs <= 1200)).toBe(
          true,
        );
        expect(() => begin(plan)).not.toThrow();
      }),
    );
  });

  it('is neither the beginning nor the continuation of a recent plan', () => {
    fc.assert(
      fc.property(seeds, fc.array(plans, { maxLength: 8 }), (random, avoid) => {
        const kinds = kindsOf(drawPlan(random, avoid));
        expect(avoid.some((other) => continues(kinds, kindsOf(other)))).toBe(false);
      }),
    );
  });

  it('lets the oldest go when recent plans rule everything out, but still not the latest', () => {
    const all = allOrders().map((order) => ({
      steps: order.map((challenge) => ({ challenge, holdMs: 500 })),
      stepLimitMs: 1,
      totalLimitMs: 2,
    }));
    fc.assert(
      fc.property(seeds, fc.shuffledSubarray(all, { minLength: all.length }), (random, avoid) => {
        expect(continues(kindsOf(drawPlan(random, avoid)), kindsOf(avoid[0]!))).toBe(false);
      }),
    );
  });

  it('draws every order about equally often, and holds over their whole range', () => {
    const random = seeded(7);
    const counts = new Map<string, number>();
    const holds: number[] = [];
    const draws = 14 * 250;
    for (let draw = 0; draw < draws; draw++) {
      const plan = drawPlan(random);
      const key = kindsOf(plan).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
      holds.push(...plan.steps.map((step) => step.holdMs));
    }
    expect(counts.size).toBe(allOrders().length);
    expect(counts.size).toBe(14);
    // 250 expected, standard deviation 16: five of them either way.
    expect(Math.min(...counts.values())).toBeGreaterThan(170);
    expect(Math.max(...counts.values())).toBeLessThan(330);
    expect(Math.min(...holds)).toBe(400);
    expect(Math.max(...holds)).toBe(1200);
    expect(holds.reduce((sum, hold) => sum + hold, 0) / holds.length).toBeCloseTo(800, -1);
  });

  it('survives a source that returns its edges', () => {
    expect(drawPlan(() => 0).steps[0]!.holdMs).toBe(400);
    expect(drawPlan(() => 1 - Number.EPSILON / 2).steps.at(-1)!.holdMs).toBe(1200);
  });
});
