import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDatabase } from '../db/engines.ts';
import { evidenceStore } from '../db/evidence.ts';
import { keepingStore } from '../db/keeping.ts';
import type { Db } from '../db/tables.ts';
import { AUDIT_KEY } from '../testing/stores.ts';

describe('no question of what is kept reads a whole table', () => {
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
    asked.length = 0;
    await QUESTIONS[name]!(db);
    expect(asked.length).toBeGreaterThan(0);
    for (const { sql, parameters } of asked) {
      if (/^(begin|commit)/.test(sql)) continue;
      const plan = database.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
      const detail = plan.map((step) => step.detail).join('; ');
      // `retention_marks` holds one row; the index of appeals holds the open ones alone.
      expect(detail).toMatch(/SEARCH|INDEX verifications_appealed/);
      expect(detail).not.toMatch(
        /SCAN (?!retention_marks|verifications USING INDEX verifications_appealed)|TEMP B-TREE/,
      );
    }
  });
});
