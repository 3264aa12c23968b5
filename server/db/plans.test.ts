import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIT_KEY } from '../testing/stores.ts';
import { attemptStore } from './attempts.ts';
import { auditStore } from './audit.ts';
import { migrateDatabase } from './engines.ts';
import { kioskStore } from './kiosks.ts';
import type { Db } from './tables.ts';
import { verificationStore } from './verifications.ts';

/** What a verification asks of the database must cost the same with one row and with a million. */
describe('no question of a verification reads a whole table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plans-'));
  const path = join(folder, 'backend.sqlite');
  const asked: CompiledQuery[] = [];
  let database: Database.Database;
  let db: Db;
  beforeAll(async () => {
    const report = () => undefined;
    await migrateDatabase({ database: { engine: 'sqlite', path }, now: Date.now, report, auditKey: AUDIT_KEY });
    database = new Database(path);
    db = new Kysely({ dialect: new SqliteDialect({ database }), log: ({ query }) => void asked.push(query) });
  });
  afterAll(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true });
  });

  const QUESTIONS: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
    'by id': (db) => verificationStore(db, false).find('v'),
    'by what was asked': (db) => verificationStore(db, false).findAsked('k', 't', 'key'),
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
    asked.length = 0;
    await QUESTIONS[name]!(db);
    expect(asked.length).toBeGreaterThan(0);
    for (const { sql, parameters } of asked) {
      const plan = database.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
      expect(plan.map(({ detail }) => detail).join('; ')).toMatch(/^SEARCH \w+ USING/);
    }
  });
  it('nor all that a kiosk ever asked for, to find what is unfinished', async () => {
    for (const [question, index] of [
      ['the unfinished one of a kiosk', 'verifications_one_live'],
      ['what is overdue', 'verifications_overdue'],
    ] as const) {
      asked.length = 0;
      await QUESTIONS[question]!(db);
      const plan = database.prepare(`explain query plan ${asked[0]!.sql}`).all(...asked[0]!.parameters);
      expect(JSON.stringify(plan)).toContain(index);
    }
  });
});
