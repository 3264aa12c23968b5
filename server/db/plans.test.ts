import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPlans, type Plans } from '../testing/plans.ts';
import { AUDIT_KEY } from '../testing/stores.ts';
import { attemptStore } from './attempts.ts';
import { auditStore } from './audit.ts';
import { kioskStore } from './kiosks.ts';
import type { Db } from './tables.ts';
import { verificationStore } from './verifications.ts';

/** What a verification asks of the database must cost the same with one row and with a million. */
describe('no question of a verification reads a whole table', () => {
  let plans: Plans;
  beforeAll(async () => {
    plans = await openPlans();
  });
  afterAll(() => plans.close());

  const QUESTIONS: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
    'by id': (db) => verificationStore(db, false).find('v'),
    'by what was asked': (db) => verificationStore(db, false).findAsked('k', 't', 'key'),
    'whether it was taken back': (db) => verificationStore(db, false).isWithdrawn('k', 't', 'key'),
    'the unfinished one of a kiosk': (db) => verificationStore(db, false).findLive('k'),
    'what is overdue': (db) => verificationStore(db, false).overdue(1, 10),
    'its events': (db) => verificationStore(db, false).eventsAfter('v', 0),
    'its attempts': (db) => attemptStore(db).of('v'),
    'an attempt': (db) => attemptStore(db).find('v', 'a'),
    'the latest plans': (db) => attemptStore(db).recentPlans('k', 'p', 3),
    'old nonces': (db) => kioskStore(db).hasNonces(1),
    'its lines in the audit': (db) =>
      auditStore(db, { key: AUDIT_KEY, random: () => new Uint8Array(16), locks: false }).of('v'),
  };
  it.each(Object.keys(QUESTIONS))('%s', async (name) => {
    const all = await plans.of(QUESTIONS[name]!);
    expect(all.length).toBeGreaterThan(0);
    for (const plan of all) expect(plan).toMatch(/^SEARCH \w+ USING/);
  });
  it('nor all that a kiosk ever asked for, to find what is unfinished', async () => {
    for (const [question, index] of [
      ['the unfinished one of a kiosk', 'verifications_one_live'],
      ['what is overdue', 'verifications_overdue'],
    ] as const)
      expect((await plans.of(QUESTIONS[question]!))[0]).toContain(index);
  });
});
