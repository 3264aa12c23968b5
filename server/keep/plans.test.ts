import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceStore } from '../db/evidence.ts';
import { keepingStore } from '../db/keeping.ts';
import type { Db } from '../db/tables.ts';
import { openPlans, type Plans } from '../testing/plans.ts';

describe('no question of what is kept reads a whole table', () => {
  let plans: Plans;
  beforeAll(async () => {
    plans = await openPlans();
  });
  afterAll(() => plans.close());

  const QUESTIONS: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
    'the evidence of a verification': (db) => evidenceStore(db).find('v'),
    'whose turn it is': (db) => evidenceStore(db).isHeld('v', 1, 'h'),
    'decisions that were left': (db) => evidenceStore(db).abandoned(1, 10),
    'all leases of a process': (db) => evidenceStore(db).renew('h', 1),
    'a lease that is given back': (db) => evidenceStore(db).release('v', 'h', 1),
    'what a decision leaves': (db) => evidenceStore(db).settle('v', 1),
    'evidence that nobody needs': (db) => evidenceStore(db).drop('v'),
    'whose date is over': (db) => keepingStore(db).hasDated(1),
    'old verifications': (db) => keepingStore(db).oldVerifications(1, 500),
    'old events': (db) => keepingStore(db).hasEvents(1),
    'the verifications of a person': (db) => keepingStore(db).verificationsOf('p'),
    'open appeals': (db) => keepingStore(db).openAppeals(10),
    'what is deleted with a verification': (db) => keepingStore(db).dropVerifications(['v', 'w']),
    'the relatives of a page': (db) => keepingStore(db).sealedAfter('relatives', 'r', 10),
    'a code that was given out': (db) => keepingStore(db).isOffered('c', 1),
  };
  it.each(Object.keys(QUESTIONS))('%s', async (name) => {
    const all = await plans.of(QUESTIONS[name]!);
    expect(all.length).toBeGreaterThan(0);
    for (const plan of all) {
      // `retention_marks` holds one row; the index of appeals holds the open ones alone.
      expect(plan).toMatch(/SEARCH|INDEX verifications_appealed/);
      expect(plan).not.toMatch(/SCAN (?!retention_marks|verifications USING INDEX verifications_appealed)|TEMP B-TREE/);
    }
  });
});
