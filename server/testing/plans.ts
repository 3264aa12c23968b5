import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { migrateDatabase } from '../db/engines.ts';
import type { Db } from '../db/tables.ts';
import { AUDIT_KEY } from './stores.ts';

/** How SQLite would go about what is asked of it. */
export type Plans = {
  /** The plan of each statement that the question asks, its steps joined. */
  of(question: (db: Db) => Promise<unknown>): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** On an empty database with the tables and indexes of today. */
export async function openPlans(): Promise<Plans> {
  const folder = mkdtempSync(join(tmpdir(), 'plans-'));
  const path = join(folder, 'backend.sqlite');
  const report = () => undefined;
  await migrateDatabase({ database: { engine: 'sqlite', path }, now: Date.now, report, auditKey: AUDIT_KEY });
  const asked: CompiledQuery[] = [];
  const database = new Database(path);
  const db: Db = new Kysely({ dialect: new SqliteDialect({ database }), log: ({ query }) => void asked.push(query) });
  return {
    of: async (question) => {
      asked.length = 0;
      await question(db);
      const statements = asked.filter(({ sql }) => !/^(begin|commit)/.test(sql));
      return statements.map(({ sql, parameters }) => {
        const steps = database.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
        return steps.map(({ detail }) => detail).join('; ');
      });
    },
    close: async () => {
      await db.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}
