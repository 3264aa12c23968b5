import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REAL_WORLD } from '../clock.ts';
import { openStore, type Store } from './store.ts';
import type { AttemptRow, VerificationRow } from './tables.ts';

let folder: string;
let path: string;
let store: Store;
/** Another process on the same file. */
let second: Store;
let clock: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'backend.sqlite');
  const options = {
    database: { engine: 'sqlite', path },
    world: { ...REAL_WORLD, now: () => clock },
    auditKey: new Uint8Array(32),
  } as const;
  clock = 1000;
  store = await openStore(options);
  second = await openStore(options);
});
afterEach(async () => {
  await store.close();
  await second.close();
  rmSync(folder, { recursive: true });
});

const row = (id: string, change: Partial<VerificationRow> = {}): VerificationRow => ({
  id,
  kiosk: 'k1',
  till: 't',
  sale: 's',
  channel: 'kiosk',
  idempotency_key: id,
  request: 'r',
  person: 'p',
  subject_name: '张*',
  subject_id: '1*1',
  state: 'created',
  created_at: 0,
  expires_at: 100,
  answered: '{}',
  revision: 1,
  outcome: null,
  reason: null,
  authorities: null,
  receipt: null,
  decided_at: null,
  ...change,
});

describe('the store', () => {
  it('is durable and private: WAL, synchronous FULL, readable by its owner only', () => {
    const db = new Database(path);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
  it('tells the time of its clock, also in the middle of a transaction', async () => {
    expect(await store.now()).toBe(1000);
    const times = await store.transaction(async (records) => {
      const before = await records.now();
      clock = 2000.7;
      return [before, await records.now()];
    });
    expect(times).toEqual([1000, 2000]);
  });
  it('lets only one of many writers, in two processes, end a verification', async () => {
    const before = row('v1', { state: 'matching' });
    await store.verifications.insert(before);
    const ends = ['verified', 'rejected', 'cancelled', 'expired', 'unavailable'].map((state, i) =>
      (i % 2 ? store : second).verifications.change(before, { ...before, state, revision: 2 }),
    );
    expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1);
    const ended = (await store.verifications.find('v1'))!;
    expect(await second.verifications.change(ended, { ...ended, state: 'verified', revision: 3 })).toBe(false);
    expect((await store.verifications.find('v1'))!.state).toBe(ended.state);
  });
  it('holds one unfinished verification a kiosk, also when two processes write at once', async () => {
    const inserts = ['a', 'b'].map((id, i) => (i ? store : second).verifications.insert(row(id)));
    const results = await Promise.allSettled(inserts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await store.verifications.insert(row('done', { state: 'expired' }));
    await store.verifications.insert(row('other', { kiosk: 'k2' }));
  });
  it('finds what is overdue, and nothing else', async () => {
    await store.verifications.insert(row('late', { kiosk: 'k1', expires_at: 100 }));
    await store.verifications.insert(row('later', { kiosk: 'k2', expires_at: 101 }));
    await store.verifications.insert(row('ended', { kiosk: 'k3', expires_at: 50, state: 'verified' }));
    expect(await store.verifications.overdue(100, 10)).toEqual(['late']);
    expect(await store.verifications.overdue(101, 1)).toEqual(['late']);
  });
  it('takes a nonce, a code and an attempt once', async () => {
    const nonce = (who: Store) => who.kiosks.useNonce('k1', 'n', 5);
    expect((await Promise.all([nonce(store), nonce(second), nonce(store)])).filter(Boolean)).toHaveLength(1);
    await store.kiosks.dropNonces(6);
    expect(await nonce(store)).toBe(true);
    await store.kiosks.insert({ id: 'k1', name: 'n', store: 's', key: 'x', enrolled_at: 0, revoked_at: null });
    expect([await store.kiosks.useCode('c', 'k1', 1), await second.kiosks.useCode('c', 'k1', 2)]).toEqual([
      true,
      false,
    ]);
    await store.verifications.insert(row('v1'));
    await store.attempts.insert(attempt('a1', 1));
    expect([await store.attempts.use('a1', 'e', 1), await second.attempts.use('a1', 'f', 2)]).toEqual([true, false]);
    expect((await store.attempts.find('v1', 'a1'))?.evidence).toBe('e');
  });
  it('gives the latest plans of kiosk and person, each once, latest first', async () => {
    await store.verifications.insert(row('v1'));
    for (const [i, who] of [
      { kiosk: 'k1', person: 'p9' },
      { kiosk: 'k9', person: 'p1' },
      { kiosk: 'k1', person: 'p1' },
      { kiosk: 'k9', person: 'p9' },
    ].entries())
      await store.attempts.insert({ ...attempt(`a${i}`, i + 1), ...who });
    expect(await store.attempts.recentPlans('k1', 'p1', 2)).toEqual(['3', '2', '1']);
    expect(await store.attempts.recentPlans('k1', 'p1', 1)).toEqual(['3']);
  });
  it('undoes a transaction that fails, and goes on', async () => {
    const failing = store.transaction(async (records) => {
      await records.verifications.insert(row('v1'));
      throw new Error('power cut');
    });
    await expect(failing).rejects.toThrow('power cut');
    expect(await store.verifications.find('v1')).toBeUndefined();
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? store : second).transaction(async (records) => {
          await records.verifications.find('v1');
          await records.audit.append({ at: i, who: 'backend', what: 'test', verification: 'v1' });
        }),
      ),
    );
    expect(await store.audit.of('v1')).toHaveLength(20);
  });
  it('never changes or deletes a line of the audit', async () => {
    await store.audit.append({ at: 1, who: 'backend', what: 'test', verification: 'v1' });
    const db = new Database(path);
    expect(() => db.exec("update audit set what = 'x'")).toThrow('append-only');
    expect(() => db.exec('delete from audit')).toThrow('append-only');
    db.close();
    expect((await store.audit.of('v1')).map(({ what }) => what)).toEqual(['test']);
  });
});

function attempt(id: string, number: number): AttemptRow {
  return {
    id,
    verification: 'v1',
    kiosk: 'k1',
    person: 'p1',
    number,
    idempotency_key: null,
    nonce: 'n',
    plan: String(number),
    created_at: number,
    expires_at: 100,
    evidence: null,
    used_at: null,
  };
}
