import { describe, expect, it } from 'vitest';
import type { Evidence } from '../contract/index.ts';
import { frame } from '../testing/faces.ts';
import { checkEvidence } from './check-evidence.ts';

const OPENED = Date.parse('2026-03-01T12:00:00Z');
const plan = { steps: [{ challenge: 'turn-left' as const, holdMs: 500 }], stepLimitMs: 7000, totalLimitMs: 40_000 };
const issued = { nonce: 'n', plan, openedAt: OPENED };
const at = (seconds: number) => new Date(OPENED + seconds * 1000).toISOString();
const evidence = (change: Partial<Evidence> = {}, lastsMs = 8000): Evidence => ({
  verification: 'v',
  attempt: 'a',
  nonce: 'n',
  plan,
  startedAt: at(1),
  finishedAt: at(10),
  advisory: { live: true, reasons: [] },
  transcript: [frame(0), { ...frame(1), at: lastsMs }] as Evidence['transcript'],
  ...change,
});
const check = (what: Evidence, receivedSeconds = 11) => checkEvidence(what, issued, OPENED + receivedSeconds * 1000);

describe('evidence', () => {
  it('made within its attempt is taken', () => expect(check(evidence())).toBeUndefined());
  it('from a kiosk whose clock is half a minute off is taken', () => {
    expect(check(evidence({ startedAt: at(-29), finishedAt: at(-20) }))).toBeUndefined();
    expect(check(evidence({ startedAt: at(31), finishedAt: at(40) }))).toBeUndefined();
  });
  it('that had to wait for the line is taken', () => expect(check(evidence(), 37)).toBeUndefined());
  it.each([
    ['another nonce', { nonce: 'm' }],
    ['another order', { plan: { ...plan, steps: [{ challenge: 'nod-up' as const, holdMs: 500 }] } }],
    ['a longer limit', { plan: { ...plan, stepLimitMs: 70_000 } }],
    ['a shorter look', { plan: { ...plan, steps: [{ challenge: 'turn-left' as const, holdMs: 499 }] } }],
  ])('with %s is of another plan', (_, change) => expect(check(evidence(change))).toBe('evidence-plan-mismatch'));
  it.each([
    ['ended before it started', { startedAt: at(10), finishedAt: at(1) }, 8000, 11],
    ['was recorded an hour ago', { startedAt: at(-3609), finishedAt: at(-3600) }, 8000, 11],
    ['is from the future', { startedAt: at(100), finishedAt: at(109) }, 8000, 11],
    ['lasted longer than the attempt was open', {}, 8000, 5],
    ['holds more time than it says it took', {}, 12_000, 30],
    ['lasted longer than the attempt was open, by its frames', { startedAt: at(1), finishedAt: at(10) }, 10_600, 10],
    ['was kept back while pictures could be made', {}, 8000, 39],
    ['runs backwards', {}, -5, 11],
    ['lasted longer than the plan allows', { startedAt: at(1), finishedAt: at(50) }, 45_000, 60],
  ])('that %s is out of its time', (_, change, lasts, received) =>
    expect(check(evidence(change, lasts), received)).toBe('evidence-time-window'),
  );
});
