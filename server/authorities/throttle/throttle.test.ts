import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Limits, TryOutcome } from './rows.ts';
import { createThrottle, memoryThrottleStore } from './throttle.ts';

const LIMITS: Limits = { wrongPerCard: 3, triesPerDay: 10, lockMs: 3600_000, holdMs: 60_000 };
const KEYS = { card: 'card-1', holder: 'holder-1' };

function start(now = Date.parse('2026-07-01T04:00:00Z')) {
  let time = now;
  const throttle = createThrottle(memoryThrottleStore(), { now: () => time, random: randomBytes });
  const attempt = async (outcome: TryOutcome, keys = KEYS) => {
    const taken = await throttle.reserve(keys, LIMITS);
    if (taken.place === 'ok') await taken.settle(outcome);
    return taken.place;
  };
  return {
    throttle,
    attempt,
    wait: (ms: number) => {
      time += ms;
    },
  };
}

describe('the throttle before the bank', () => {
  it('refuses the fourth try after three wrong ones', async () => {
    const { attempt } = start();
    for (let i = 0; i < 3; i++) expect(await attempt('wrong')).toBe('ok');
    expect(await attempt('wrong')).toBe('card-locked');
  });

  it('begins anew after a right one', async () => {
    const { attempt } = start();
    for (const outcome of ['wrong', 'wrong', 'right', 'wrong', 'wrong'] as const)
      expect(await attempt(outcome)).toBe('ok');
    expect(await attempt('wrong')).toBe('ok');
    expect(await attempt('wrong')).toBe('card-locked');
  });

  it('opens the card when the lock has run out', async () => {
    const { attempt, wait } = start();
    for (let i = 0; i < 3; i++) await attempt('wrong');
    wait(LIMITS.lockMs - 1);
    expect(await attempt('wrong')).toBe('card-locked');
    wait(1);
    expect(await attempt('wrong')).toBe('ok');
  });

  it('counts tries under way as if they were wrong: nobody gets a fourth', async () => {
    const { throttle, attempt } = start();
    await attempt('wrong');
    const taken = await Promise.all(Array.from({ length: 8 }, () => throttle.reserve(KEYS, LIMITS)));
    expect(taken.filter(({ place }) => place === 'ok')).toHaveLength(2);
    expect(taken.filter(({ place }) => place === 'card-pending')).toHaveLength(6);
  });

  it('holds a try whose outcome is not known for its time, then forgets it', async () => {
    const { attempt, wait } = start();
    for (let i = 0; i < 3; i++) expect(await attempt('unknown')).toBe('ok');
    expect(await attempt('right')).toBe('card-pending');
    wait(LIMITS.holdMs);
    expect(await attempt('right')).toBe('ok');
  });

  it('does not count what never left, nor against the card what was not compared', async () => {
    const { attempt } = start();
    for (let i = 0; i < 40; i++) expect(await attempt('unsent')).toBe('ok');
    for (let i = 0; i < 10; i++) expect(await attempt('unchecked')).toBe('ok');
    expect(await attempt('right')).toBe('daily-limit');
  });

  it('refuses the eleventh try of a day with whatever cards, until it is midnight in China', async () => {
    const { attempt, wait } = start(Date.parse('2026-07-01T15:50:00Z'));
    for (let i = 0; i < 10; i++) expect(await attempt('right', { ...KEYS, card: `card-${i}` })).toBe('ok');
    expect(await attempt('right', { ...KEYS, card: 'another' })).toBe('daily-limit');
    expect(await attempt('right', { card: 'another', holder: 'somebody-else' })).toBe('ok');
    wait(10 * 60_000);
    expect(await attempt('right', { ...KEYS, card: 'another' })).toBe('ok');
  });

  it('settles a try that began before midnight in its own day', async () => {
    const { throttle, attempt, wait } = start(Date.parse('2026-07-01T15:59:59Z'));
    const taken = await throttle.reserve(KEYS, LIMITS);
    wait(2000);
    for (let i = 0; i < 9; i++) expect(await attempt('right')).toBe('ok');
    await taken.settle('unsent');
    expect([await attempt('right'), await attempt('right')]).toEqual(['ok', 'daily-limit']);
  });

  it('never lets more than three wrong tries in a row reach the bank, in whatever order they begin and end', async () => {
    const outcome = fc.constantFrom<TryOutcome>('right', 'wrong', 'unchecked', 'unsent');
    const event = fc.oneof(
      fc.record({ kind: fc.constant('begin' as const) }),
      fc.record({ kind: fc.constant('end' as const), which: fc.nat(20), outcome }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
        const { throttle } = start();
        const open: Awaited<ReturnType<typeof throttle.reserve>>[] = [];
        let wrongInARow = 0;
        for (const [at, step] of events.entries()) {
          if (step.kind === 'begin') {
            const taken = await throttle.reserve({ ...KEYS, holder: `holder-${at}` }, LIMITS);
            if (taken.place === 'ok') open.push(taken);
          } else if (open.length > 0) {
            const [ended] = open.splice(step.which % open.length, 1);
            await ended.settle(step.outcome);
            if (step.outcome === 'wrong') wrongInARow += 1;
            if (step.outcome === 'right') wrongInARow = 0;
          }
          expect(wrongInARow).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});
