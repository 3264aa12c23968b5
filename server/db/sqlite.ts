import { chmodSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
  sql,
} from 'kysely';
import type { Engine } from './engine.ts';
import { asFault } from './faults.ts';
import type { Db } from './tables.ts';

/** How long a writer waits for another process to finish, milliseconds. */
const PATIENCE_MS = 5000;

/**
 * Opens the embedded database. Every commit is on the disk before it is reported (WAL, synchronous = FULL): a power cut
 * loses nothing that anybody was told.
 */
export function openSqlite(path: string, now: () => number): Engine {
  const database = new Database(path);
  // SQLite gives its journals the mode of the database.
  chmodSync(path, 0o600);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma(`busy_timeout = ${PATIENCE_MS}`);
  // One machine, one clock: the process's own, so that a test can move it.
  database.function('now_ms', { deterministic: false }, () => Math.floor(now()));
  const db: Db = new Kysely({ dialect: new EmbeddedDialect({ database: prepareOnce(database) }) });
  return {
    name: 'sqlite',
    db,
    // One writer at a time: nobody can change what a transaction has read.
    locks: false,
    isRace: () => false,
    check: async () => void (await sql`select 1`.execute(db)),
    // Another process on the same file is noticed at the heartbeat.
    openNotices: () => ({ tell: () => undefined, close: async () => undefined }),
  };
}

/** Different statements at most that are kept prepared; ours are a few dozen. */
const MOST_PREPARED = 300;

/** The database with every statement prepared once. None is ever in use twice: each is read to its end at once. */
function prepareOnce(database: Database.Database): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => void database.close(),
    prepare: (text) => {
      const known = prepared.get(text);
      if (known) return known;
      const statement = database.prepare(text) as unknown as SqliteStatement;
      if (prepared.size < MOST_PREPARED) prepared.set(text, statement);
      return statement;
    },
  };
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
  override async acquireConnection(): Promise<DatabaseConnection> {
    return telling(await super.acquireConnection());
  }
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
          if (!isBusy(error) || performance.now() > late) throw error;
          await setTimeout(waitMs);
        }
      }
    } finally {
      await run(`pragma busy_timeout = ${PATIENCE_MS}`);
    }
  }
}

const isBusy = (error: unknown): boolean =>
  ((error as Error).cause as { code?: unknown } | undefined)?.code === 'SQLITE_BUSY';

/** The connection, with an outage told from a wrong statement. */
function telling(connection: DatabaseConnection): DatabaseConnection {
  return {
    executeQuery: async (query) => {
      try {
        return await connection.executeQuery(query);
      } catch (error) {
        throw asFault(error);
      }
    },
    streamQuery: (query, size) => connection.streamQuery(query, size),
  } as DatabaseConnection;
}
