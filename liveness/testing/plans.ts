import fc from 'fast-check';
import type { ChallengeKind, Plan } from '../contract.ts';
import { allOrders } from '../plan.ts';
import type { Person } from './person.ts';

/** A plan of these challenges, 600 ms of looking straight before each. */
export function planOf(...challenges: readonly ChallengeKind[]): Plan {
  return {
    steps: challenges.map((challenge) => ({ challenge, holdMs: 600 })),
    stepLimitMs: 7000,
    totalLimitMs: 40_000,
  };
}

export function kindsOf(plan: Plan): readonly ChallengeKind[] {
  return plan.steps.map((step) => step.challenge);
}

export const plans: fc.Arbitrary<Plan> = fc
  .tuple(fc.constantFrom(...allOrders()), fc.array(fc.integer({ min: 400, max: 1200 }), { minLength: 3, maxLength: 3 }))
  .map(([order, holds]) => ({
    steps: order.map((challenge, index) => ({ challenge, holdMs: holds[index]! })),
    stepLimitMs: 7000,
    totalLimitMs: 40_000,
  }));

/** Obedient people of every speed, before cameras of every rate. */
export const people: fc.Arbitrary<Partial<Person>> = fc.record({
  seed: fc.nat(1e6),
  fps: fc.integer({ min: 8, max: 30 }),
  speed: fc.double({ min: 0.5, max: 2, noNaN: true }),
  turn: fc.integer({ min: 24, max: 45 }),
  nod: fc.integer({ min: 22, max: 35 }),
  pitchGain: fc.double({ min: 0.55, max: 0.8, noNaN: true }),
  distance: fc.integer({ min: 45, max: 90 }),
  rest: fc.record({ yaw: fc.integer({ min: -8, max: 8 }), pitch: fc.integer({ min: -14, max: 14 }) }),
});
