import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from './contract.ts';
import { allOrders } from './plan.ts';
import { judge } from './session.ts';
import { type Person, perform } from './testing/person.ts';

const plans: fc.Arbitrary<Plan> = fc
  .tuple(fc.constantFrom(...allOrders()), fc.array(fc.integer({ min: 400, max: 1200 }), { minLength: 3, maxLength: 3 }))
  .map(([order, holds]) => ({
    steps: order.map((challenge, index) => ({ challenge, holdMs: holds[index]! })),
    stepLimitMs: 7000,
    totalLimitMs: 40_000,
  }));

const people: fc.Arbitrary<Partial<Person>> = fc.record({
  seed: fc.nat(1e6),
  fps: fc.integer({ min: 8, max: 30 }),
  speed: fc.double({ min: 0.5, max: 2, noNaN: true }),
  turn: fc.integer({ min: 24, max: 45 }),
  nod: fc.integer({ min: 22, max: 35 }),
  pitchGain: fc.double({ min: 0.55, max: 0.8, noNaN: true }),
  distance: fc.integer({ min: 45, max: 90 }),
  rest: fc.record({ yaw: fc.integer({ min: -8, max: 8 }), pitch: fc.integer({ min: -14, max: 14 }) }),
});

describe('a liveness session', () => {
  it('finds every obedient person live, whatever the plan, the speed and the frame rate', () => {
    fc.assert(
      fc.property(plans, people, (plan, person) => {
        const { verdict } = perform(plan, person);
        expect(verdict).toMatchObject({ live: true });
      }),
      { numRuns: 150 },
    );
  });

  it('is judged from its transcript exactly as it was live', () => {
    fc.assert(
      fc.property(plans, people, (plan, person) => {
        const { observations, verdict } = perform(plan, person);
        expect(judge(plan, JSON.parse(JSON.stringify(observations)))).toEqual(verdict);
      }),
      { numRuns: 30 },
    );
  });
});
