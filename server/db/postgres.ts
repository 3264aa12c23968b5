import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { ServerError } from '../error.ts';
import type { Engine } from './engine.ts';
import { asFault } from './faults.ts';
import { openNotices } from './notices.ts';
import { guarded, STALE_PLAN } from './pool.ts';
import type { Db } from './tables.ts';

/** Milliseconds. A statement of ours takes a few; one that takes this long waits for something that does not come. */
const LIMITS = {
  connectionTimeoutMillis: 5000,
  statement_timeout: 8000,
  lock_timeout: 5000,
  idle_in_transaction_session_timeout: 15_000,
  /** Counted here, for a network that swallows everything. */
  query_timeout: 12_000,
} as const;

/**
 * Two took the same key, or could not be put in an order: unique_violation, serialization_failure, deadlock_detected.
 * Or the tables were changed under a statement, by a migration.
 */
const RACES = new Set(['23505', '40001', '40P01', STALE_PLAN]);

export type PostgresOptions = {
  readonly url: string;
  readonly pool: number;
  /** Told of connections that broke while nobody used them. */
  readonly report: (fault: unknown) => void;
  /** A migration may take as long as it takes. */
  readonly unlimited?: boolean;
};

/**
 * PostgreSQL, for any number of processes. A commit is reported when it is on the disk (synchronous_commit = on).
 *
 * Transactions are READ COMMITTED. What must not race is a change of one row, which is locked when it is read; what a
 * kiosk asks for, which it asks one after the other (`findAsked`); or a unique key, whose loser runs again and then sees
 * the winner. SERIALIZABLE would find the same races, but also abort whoever waited for the head of a chain of the
 * audit, and transactions that only share a page of an index: the more work there is, the more of it twice.
 */
export function openPostgres({ url, pool: max, report, unlimited }: PostgresOptions): Engine {
  const session = {
    connectionString: url,
    application_name: 'liveness-backend',
    keepAlive: true,
    types: { getTypeParser },
    options: '-c synchronous_commit=on -c default_transaction_isolation=read\\ committed',
    ...(unlimited ? { connectionTimeoutMillis: LIMITS.connectionTimeoutMillis } : LIMITS),
  };
  const pool = new pg.Pool({ ...session, max, idleTimeoutMillis: 30_000 });
  pool.on('error', (error) => report(asFault(error)));
  const db: Db = new Kysely({ dialect: new PostgresDialect({ pool: guarded(pool, !unlimited) }) });
  return {
    name: 'postgres',
    db,
    locks: true,
    isRace: (error) => RACES.has(String((error as { code?: unknown })?.code)),
    check: () => checkEncoding(db),
    openNotices: (heard) => openNotices(() => new pg.Client({ ...session, query_timeout: 5000 }), heard, report),
  };
}

/** Names are Chinese: in another encoding they could not be written, and the chains of the audit would not fit. */
async function checkEncoding(db: Db): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db);
  const [{ server_encoding: encoding } = { server_encoding: 'none' }] = rows;
  if (encoding === 'UTF8') return;
  const remedy = 'create it with: createdb --encoding UTF8 --template template0 NAME';
  throw new ServerError('database-refused', `the database is encoded in ${encoding}, not UTF8; ${remedy}`);
}

/** `bigint` (OID 20) as a number: all of ours are milliseconds or counts, far below 2^53. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid: number, format?: 'text' | 'binary') =>
  Number(oid) === 20 ? Number : pg.types.getTypeParser(oid, format as 'text');
