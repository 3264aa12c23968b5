import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorityNameSchema, authorityOutcomeSchema, outcomeSchema } from '../contract/index.ts';
import { type Facts, type Happening, hasEnded, isFinal, type Rules, step } from './machine.ts';

const RULES: Rules = { attempts: 3, ttlMs: 1000, assistedMs: 300, reopenMs: 500 };
const START: Facts = {
  state: 'created',
  expiresAt: 1000,
  answered: {},
  required: ['bank', 'police', 'insurer'],
  round: 1,
  assistance: 'none',
};
const RETRIED: Happening = { kind: 'retried', assistance: 'none', opened: 1 };
const EXPIRED = {
  outcome: 'expired',
  reason: 'expired',
  authorities: { bank: 'not-asked', police: 'not-asked', insurer: 'not-asked' },
} as const;
const ALL = { bank: 'match', police: 'match', insurer: 'match' } as const;

const outcome = fc.constantFrom(...authorityOutcomeSchema.options);
const round = fc.integer({ min: 1, max: 3 });
const ending = fc.record({
  outcome: fc.constantFrom(...outcomeSchema.options),
  reason: fc.constantFrom('matched', 'police-mismatch', 'liveness-face-lost', 'expired'),
  authorities: fc.oneof(fc.constant(ALL), fc.record({ bank: outcome, police: outcome, insurer: outcome })),
});
const assistance = fc.constantFrom('none', 'gentle', 'attested');
const kind = <K extends string>(name: K) => fc.constant(name);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: kind('channel-reached') }),
  fc.record({ kind: kind('attempt-opened'), opened: fc.nat(4) }),
  fc.record({ kind: kind('evidence-received') }),
  fc.record({
    kind: kind('authorities-answered'),
    round,
    answers: fc.dictionary(fc.constantFrom(...authorityNameSchema.options), outcome),
  }),
  fc.record({ kind: kind('decided'), round, ending }),
  fc.record({ kind: kind('cancelled'), reason: fc.constant('cancelled') }),
  fc.record({ kind: kind('retried'), assistance, opened: fc.nat(3) }),
  fc.record({ kind: kind('assisted'), assistance }),
  fc.record({ kind: kind('appealed') }),
  fc.record({ kind: kind('time-passed') }),
);
/** The way to a decision, any part of which may happen in one go: chance alone seldom gets there. */
const way = fc
  .tuple(round, ending, fc.nat(4), fc.nat(4))
  .map(([round, ending, from, to]): Happening[] =>
    [
      { kind: 'channel-reached' } as const,
      { kind: 'attempt-opened', opened: 0 } as const,
      { kind: 'evidence-received' } as const,
      { kind: 'decided', round, ending } as const,
    ].slice(Math.min(from, to), Math.max(from, to) + 1),
  );
/** Happenings with the time that passes before each. */
const course = fc
  .array(fc.tuple(fc.oneof(way, fc.tuple(happening)), fc.nat(120)), { maxLength: 20 })
  .map((parts) => parts.flatMap(([some, later]) => some.map((each) => [each, later] as const)));

type Seen = { readonly before: Facts; readonly each: Happening; readonly after: Facts; readonly refused?: string };

/** What a course does to a verification, step by step, and when it was over. */
function run(happenings: readonly (readonly [Happening, number])[]): { seen: Seen[]; facts: Facts; now: number } {
  let [facts, now] = [START, 0];
  const seen: Seen[] = [];
  for (const [each, later] of happenings) {
    now += later;
    const next = step(facts, each, now, RULES);
    seen.push({ before: facts, each, after: next.facts, ...(next.refused ? { refused: next.refused } : {}) });
    facts = next.facts;
  }
  return { seen, facts, now };
}

const endings = (seen: readonly Seen[]) =>
  seen.filter(({ before, after }) => !hasEnded(before.state) && hasEnded(after.state));

describe('a verification', () => {
  it('whatever happens in whatever order, ends once a round, and changes no more once it is final', () => {
    fc.assert(
      fc.property(course, (happenings) => {
        const { seen, facts } = run(happenings);
        for (const { before, after, refused } of seen) {
          if (isFinal(before.state)) expect([after, refused]).toEqual([before, 'verification-ended']);
          expect(hasEnded(after.state)).toBe(after.ending !== undefined);
          expect(hasEnded(after.state)).toBe(after.reopenUntil !== undefined);
        }
        expect(endings(seen).length).toBe(hasEnded(facts.state) ? facts.round : facts.round - 1);
        expect(facts.round).toBeLessThanOrEqual(RULES.attempts);
      }),
      { numRuns: 3000 },
    );
  });
  it('is in exactly one final or ended state for ever when its time is over and anybody looked', () => {
    fc.assert(
      fc.property(course, course, (happenings, later) => {
        const { facts, now } = run(happenings);
        const over = now + RULES.ttlMs + RULES.assistedMs + RULES.reopenMs;
        const ended = step(facts, { kind: 'time-passed' }, over, RULES).facts;
        expect(hasEnded(ended.state)).toBe(true);
        const since = over + RULES.ttlMs + RULES.assistedMs + RULES.reopenMs;
        for (const [each] of later) expect(step(ended, each, since, RULES).facts).toBe(ended);
      }),
    );
  });
  it('is never verified without evidence and without a match of all who are required in that very round', () => {
    let verified = 0;
    fc.assert(
      fc.property(course, (happenings) => {
        const { seen, facts } = run(happenings);
        if (facts.state !== 'verified') return;
        verified++;
        const received = seen.filter(({ each, refused }) => each.kind === 'evidence-received' && !refused);
        expect(received.some(({ after }) => after.round === facts.round)).toBe(true);
        expect(facts.ending?.authorities).toEqual(ALL);
        const last = seen.find(({ before, after }) => before.state !== 'verified' && after.state === 'verified');
        expect(last?.each).toMatchObject({ kind: 'decided', round: facts.round });
      }),
      { numRuns: 20_000 },
    );
    // The course of events is random: make sure that it gets there at all.
    expect(verified).toBeGreaterThan(0);
  });
  it('goes the straight way to verified', () => {
    const way: Happening[] = [
      { kind: 'channel-reached' },
      { kind: 'attempt-opened', opened: 0 },
      { kind: 'evidence-received' },
      { kind: 'authorities-answered', round: 1, answers: { bank: 'match' } },
      { kind: 'decided', round: 1, ending: { outcome: 'verified', reason: 'matched', authorities: ALL } },
    ];
    let facts = START;
    const states = way.map((each) => {
      facts = step(facts, each, 1, RULES).facts;
      return facts.state;
    });
    expect(states).toEqual(['waiting', 'capturing', 'matching', 'matching', 'verified']);
  });
  it('with a policy of fewer authorities needs just those, and with one of none is never verified', () => {
    const matching: Facts = { ...START, state: 'matching' };
    const authorities = { bank: 'not-asked', police: 'match', insurer: 'match' } as const;
    const decided: Happening = {
      kind: 'decided',
      round: 1,
      ending: { outcome: 'verified', reason: 'matched', authorities },
    };
    expect(step({ ...matching, required: ['police', 'insurer'] }, decided, 1, RULES).facts.state).toBe('verified');
    expect(step(matching, decided, 1, RULES).refused).toBe('state-conflict');
    expect(step({ ...matching, required: [] }, decided, 1, RULES).refused).toBe('state-conflict');
  });
  it('that ends while the authorities are asked tells what was heard by then', () => {
    const facts: Facts = { ...START, state: 'matching', answered: { bank: 'match' } };
    const authorities = { bank: 'match', police: 'not-asked', insurer: 'not-asked' };
    expect(step(facts, { kind: 'time-passed' }, 1000, RULES).facts.ending).toEqual({
      outcome: 'expired',
      reason: 'expired',
      authorities,
    });
    expect(step(facts, { kind: 'cancelled', reason: 'cancelled' }, 5, RULES).facts.ending?.authorities).toEqual(
      authorities,
    );
  });
});

describe('a verification of somebody who cannot turn or nod', () => {
  const assist = (facts: Facts, assistance: Facts['assistance'], now = 100) =>
    step(facts, { kind: 'assisted', assistance }, now, RULES);
  it('has more time, once, and only before an attempt has its plan', () => {
    const gentle = assist(START, 'gentle').facts;
    expect(gentle).toEqual({ ...START, assistance: 'gentle', expiresAt: 1300 });
    expect(assist(gentle, 'attested').facts).toMatchObject({ assistance: 'attested', expiresAt: 1300 });
    for (const state of ['capturing', 'matching'] as const)
      expect(assist({ ...START, state }, 'gentle').refused).toBe('state-conflict');
    expect(assist(START, 'gentle', 1000).refused).toBe('verification-ended');
  });
  it('is never asked for more again within the round', () => {
    for (const [from, to] of [
      ['gentle', 'none'],
      ['attested', 'gentle'],
      ['gentle', 'gentle'],
    ] as const)
      expect(assist({ ...START, assistance: from }, to).refused).toBe('state-conflict');
  });
  it('has the longer time in the next round, too, if it is assisted', () => {
    const ended: Facts = { ...START, state: 'expired', reopenUntil: 500, ending: EXPIRED };
    const retried = (assistance: Facts['assistance']) =>
      step(ended, { kind: 'retried', assistance, opened: 1 }, 400, RULES).facts;
    expect(retried('gentle')).toMatchObject({ round: 2, assistance: 'gentle', expiresAt: 1700 });
    expect(retried('none')).toMatchObject({ round: 2, assistance: 'none', expiresAt: 1400 });
  });
});

describe('a verification that ended without success', () => {
  const ended = (reason: string, round = 1): Facts => ({
    ...START,
    state: 'rejected',
    round,
    reopenUntil: 500,
    ending: { outcome: 'rejected', reason, authorities: ALL },
  });
  it('can be tried again for a while: with new time, nothing answered, in the next round', () => {
    const { facts } = step(ended('liveness-face-lost'), RETRIED, 400, RULES);
    expect(facts).toEqual({ ...START, state: 'waiting', round: 2, expiresAt: 1400 });
  });
  it('is not tried again when it could not end otherwise, too often, or too late', () => {
    const retry = (facts: Facts, now = 400) => step(facts, RETRIED, now, RULES).refused;
    expect(retry(ended('police-mismatch'))).toBe('retry-pointless');
    expect(retry(ended('liveness-face-lost', 3))).toBe('attempt-limit');
    const usedUp: Happening = { ...RETRIED, opened: 3 };
    expect(step(ended('liveness-face-lost'), usedUp, 400, RULES).refused).toBe('attempt-limit');
    expect(retry(ended('liveness-face-lost'), 500)).toBe('reopen-late');
    expect(retry(START)).toBe('verification-live');
  });
  it('does not hear in its second round what was asked in its first', () => {
    const second: Facts = { ...START, state: 'matching', round: 2 };
    const late: Happening = {
      kind: 'decided',
      round: 1,
      ending: { outcome: 'verified', reason: 'matched', authorities: ALL },
    };
    expect(step(second, late, 1, RULES)).toEqual({ facts: second, refused: 'state-conflict' });
  });
  it('can be contested, whatever the reason, and then stays as it is', () => {
    const { facts } = step(ended('police-mismatch', 3), { kind: 'appealed' }, 400, RULES);
    expect(facts).toMatchObject({ state: 'appealed', ending: { outcome: 'rejected', reason: 'police-mismatch' } });
    expect(step(facts, RETRIED, 400, RULES).refused).toBe('verification-ended');
    expect(step(ended('police-mismatch'), { kind: 'appealed' }, 500, RULES).refused).toBe('reopen-late');
  });
  it('is final when it was verified or cancelled: neither a retry nor an appeal touches it', () => {
    for (const state of ['verified', 'cancelled'] as const)
      for (const each of [RETRIED, { kind: 'appealed' } as const])
        expect(step({ ...ended('matched'), state }, each, 1, RULES).refused).toBe('verification-ended');
  });
});
