import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorityNameSchema, authorityOutcomeSchema, outcomeSchema } from '../contract/index.ts';
import { type Facts, type Happening, isTerminal, step } from './machine.ts';

const START: Facts = { state: 'created', expiresAt: 1000, answered: {} };
const outcome = fc.constantFrom(...authorityOutcomeSchema.options);
const ending = fc.record({
  outcome: fc.constantFrom(...outcomeSchema.options),
  reason: fc.constantFrom('matched', 'police-mismatch', 'expired'),
  authorities: fc.record({ bank: outcome, police: outcome, insurer: outcome }),
});
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('attempt-opened' as const), opened: fc.nat(4), limit: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('evidence-received' as const) }),
  fc.record({
    kind: fc.constant('authority-answered' as const),
    name: fc.constantFrom(...authorityNameSchema.options),
    outcome,
  }),
  fc.record({ kind: fc.constant('decided' as const), ending }),
  fc.record({ kind: fc.constant('cancelled' as const), reason: fc.constant('cancelled') }),
  fc.record({ kind: fc.constant('time-passed' as const) }),
);
/** Happenings with the time that passes before each. */
const course = fc.array(fc.tuple(happening, fc.nat(200)), { maxLength: 30 });

describe('a verification', () => {
  it('whatever happens in whatever order, ends at most once and never changes after', () => {
    fc.assert(
      fc.property(course, (happenings) => {
        let [facts, now] = [START, 0];
        for (const [each, later] of happenings) {
          now += later;
          const next = step(facts, each, now);
          if (isTerminal(facts.state)) {
            expect(next.facts).toBe(facts);
            expect(next.refused).toBe('verification-ended');
          }
          expect(isTerminal(next.facts.state)).toBe(next.facts.ending !== undefined);
          facts = next.facts;
        }
      }),
      { numRuns: 2000 },
    );
  });
  it('is never verified without evidence and without a match of all three', () => {
    fc.assert(
      fc.property(course, (happenings) => {
        let [facts, now, evidence] = [START, 0, false];
        for (const [each, later] of happenings) {
          now += later;
          const next = step(facts, each, now);
          if (each.kind === 'evidence-received' && !next.refused) evidence = true;
          facts = next.facts;
        }
        if (facts.state !== 'verified') return;
        expect(evidence).toBe(true);
        expect(facts.ending?.authorities).toEqual({ bank: 'match', police: 'match', insurer: 'match' });
      }),
      { numRuns: 5000 },
    );
  });
  it('has always ended once its time is over and anybody looked', () => {
    fc.assert(
      fc.property(course, (happenings) => {
        let facts = START;
        for (const [each] of happenings) facts = step(facts, each, 10).facts;
        expect(isTerminal(step(facts, { kind: 'time-passed' }, 1000).facts.state)).toBe(true);
      }),
    );
  });
  it('goes the straight way to verified', () => {
    const authorities = { bank: 'match', police: 'match', insurer: 'match' } as const;
    const way: Happening[] = [
      { kind: 'attempt-opened', opened: 0, limit: 1 },
      { kind: 'evidence-received' },
      { kind: 'authority-answered', name: 'bank', outcome: 'match' },
      { kind: 'decided', ending: { outcome: 'verified', reason: 'matched', authorities } },
    ];
    let facts = START;
    const states = way.map((each) => {
      facts = step(facts, each, 1).facts;
      return facts.state;
    });
    expect(states).toEqual(['capturing', 'matching', 'matching', 'verified']);
  });
  it('that ends while the authorities are asked tells what was heard by then', () => {
    const facts: Facts = { state: 'matching', expiresAt: 1000, answered: { bank: 'match' } };
    const authorities = { bank: 'match', police: 'not-asked', insurer: 'not-asked' };
    expect(step(facts, { kind: 'time-passed' }, 1000).facts.ending).toEqual({
      outcome: 'expired',
      reason: 'expired',
      authorities,
    });
    expect(step(facts, { kind: 'cancelled', reason: 'cancelled' }, 5).facts.ending?.authorities).toEqual(authorities);
  });
});
