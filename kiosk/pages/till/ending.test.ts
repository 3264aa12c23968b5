import { describe, expect, it } from 'vitest';
import { canRetry, REASONS } from '../../../server/contract/reasons.ts';
import type { View } from '../../../till/till.ts';
import { WORDS } from '../design/words/index.ts';
import { adviceOf, endingOf } from './ending.ts';
import { shortCode, worthOf } from './receipt.ts';

const person = { name: '张*', idNumber: '110***********0029' };
const receiptOf = (said: object) => `e30.${Buffer.from(JSON.stringify(said)).toString('base64url')}.c2ln_-bmF0dXJl`;
const SAID = { iss: 'liveness-kiosk-backend', verification: 'v1', sale: 'S-1', round: 1 };

function ended(change: Partial<View>): View {
  const view: View = {
    verification: 'v1',
    sale: 'S-1',
    state: change.outcome ?? 'verified',
    purpose: 'purchase',
    cardholder: person,
    subject: { ...person, who: 'cardholder' },
    round: 1,
    rounds: 3,
    expiresAt: '2026-01-01T00:00:00Z',
    lifetimeMs: 120_000,
    outcome: 'verified',
    reason: 'matched',
    ...change,
  };
  const { outcome, reason } = view;
  return { receipt: receiptOf({ ...SAID, outcome, reason }), ...view };
}

describe('an outcome', () => {
  it('is a success only with a receipt of this very question', () => {
    expect(endingOf(ended({}))).toMatchObject({ tone: 'good', headline: 'outcomes.verified', ways: ['done'] });
    const good = { ...SAID, outcome: 'verified', reason: 'matched' };
    for (const wrong of [
      receiptOf({ ...good, sale: 'S-2' }),
      receiptOf({ ...good, verification: 'v2' }),
      receiptOf({ ...good, round: 2 }),
      receiptOf({ ...good, outcome: 'rejected' }),
      receiptOf({ ...good, iss: 'somebody' }),
      receiptOf(['nonsense']),
      'nonsense',
      'a.b.c',
      '',
    ])
      expect(endingOf(ended({ receipt: wrong })), wrong).toMatchObject({ tone: 'stop', ways: ['back'] });
    expect(endingOf({ ...ended({}), receipt: undefined } as View)).toMatchObject({ tone: 'stop' });
  });
  it('of a verification that had waited is known by the id of its record', () => {
    expect(worthOf(ended({ verification: 'q-1', record: 'v1' }))).toBe('right');
    expect(worthOf(ended({ verification: 'v1', record: 'v9' }))).toBe('wrong');
  });
  it('of a simulator is told as such', () => {
    const said = { ...SAID, iss: 'liveness-kiosk-simulator', outcome: 'verified', reason: 'matched' };
    expect(worthOf(ended({ receipt: receiptOf(said) }))).toBe('simulated');
  });
  it('offers what the kiosk allows and nothing else, the best first', () => {
    const ways = (outcome: View['outcome'], next: View['next'] = []) =>
      endingOf(ended({ outcome: outcome!, reason: 'liveness-face-lost', next })).ways;
    expect(ways('expired', ['retry'])).toEqual(['again', 'back']);
    expect(ways('expired')).toEqual(['back']);
    expect(ways('rejected', ['retry', 'appeal'])).toEqual(['again', 'other', 'appeal']);
    expect(ways('rejected', ['appeal'])).toEqual(['other', 'appeal']);
    expect(ways('cancelled')).toEqual(['back']);
    expect(ways('unavailable', ['retry'])).toEqual(['again', 'back']);
  });
  it('that was appealed lets the sale go on', () => {
    const appealed = ended({ outcome: 'rejected', reason: 'police-face-mismatch', state: 'appealed' });
    expect(endingOf(appealed)).toMatchObject({ tone: 'good', headline: 'till.ended.appealed', ways: ['done'] });
    expect(endingOf({ ...appealed, sale: 'S-2' })).toMatchObject({ tone: 'stop', ways: ['back'] });
  });
});

describe('advice', () => {
  it.each(REASONS.filter((reason) => reason !== 'matched'))('is given for %s, in words that exist', (reason) => {
    const [, group, name] = adviceOf(reason).split('.') as [string, 'advice', keyof typeof WORDS.en.till.advice];
    expect(WORDS.en.till[group][name].length).toBeGreaterThan(10);
  });
  it('never says "again" where it would end the same', () => {
    for (const reason of REASONS) if (!canRetry(reason)) expect(adviceOf(reason)).not.toBe('till.advice.again');
  });
  it('for a reason that is not known yet is to try later or another way', () =>
    expect(adviceOf('something-new')).toBe('till.advice.later'));
});

it('the short code is made of the end of the signature', () =>
  expect(shortCode('aa.bb.cc-1234_5678x')).toBe('2345678X'));
