import { chmodSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import type { Tables } from './tables.ts';

/** How long a writer waits for another process to finish, milliseconds. */
const PATIENCE_MS = 5000;

/**
 * Opens the embedded database. Every commit is on the disk before it is reported (WAL, synchronous = FULL): a power cut
 * loses nothing that anybody was told.
 */
export function openSqlite(path: string, now: () => number): Kysely<Tables> {
  const database = new Database(path);
  // SQLite gives its journals the mode of the database.
  chmodSync(path, 0o600);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma(`busy_timeout = ${PATIENCE_MS}`);
  // One machine, one clock: the process's own, so that a test can move it.
  database.function('now_ms', { deterministic: false }, () => Math.floor(now()));
  return new Kysely<Tables>({ dialect: new EmbeddedDialect({ database }) });
}

class EmbeddedDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config);
  }
}

/**
 * Takes the write lock at once: a transaction that reads first would fail, not wait, when another process wrote since.
 * While that one holds the lock, this one waits without stopping everything else in its process, as SQLite itself would.
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const run = (text: string) => connection.executeQuery(CompiledQuery.raw(text));
    const late = performance.now() + PATIENCE_MS;
    await run('pragma busy_timeout = 0');
    try {
      for (let waitMs = 1; ; waitMs = Math.min(20, waitMs * 2)) {
        try {
          await run('begin immediate');
          return;
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'SQLITE_BUSY' || performance.now() > late) throw error;
          await setTimeout(waitMs);
        }
      }
    } finally {
      await run(`pragma busy_timeout = ${PATIENCE_MS}`);
    }
  }
}
