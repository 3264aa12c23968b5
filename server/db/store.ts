import { sql } from 'kysely';
import { type AttemptStore, attemptStore } from './attempts.ts';
import { type AuditStore, auditStore } from './audit.ts';
import { type KioskStore, kioskStore } from './kiosks.ts';
import { bringUpToDate, type Db } from './open.ts';
import { type PersonStore, personStore } from './people.ts';
import { openSqlite } from './sqlite.ts';
import { type VerificationStore, verificationStore } from './verifications.ts';

/** Everything that is kept, by subject. */
export type Records = {
  readonly kiosks: KioskStore;
  readonly people: PersonStore;
  readonly verifications: VerificationStore;
  readonly attempts: AttemptStore;
  readonly audit: AuditStore;
  /**
   * The time by which everything is decided, milliseconds since 1970: the database's clock, the same for every process
   * on it, also within a transaction that began earlier.
   */
  now(): Promise<number>;
};

export type StoreOptions = {
  readonly database: { readonly engine: 'sqlite'; readonly path: string };
  /** Its clock is that of the embedded engine. */
  readonly now: () => number;
  /** Key of the audit's chains, 32 bytes. */
  readonly auditKey: Uint8Array;
};

export type Store = Records & {
  /** All of `work` or nothing. Inside, only the records that `work` is given may be used. */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Opens the database and brings its tables up to date. @throws ServerError */
export async function openStore({ database, now, auditKey }: StoreOptions): Promise<Store> {
  const db = openSqlite(database.path, now);
  try {
    await bringUpToDate(db, { engine: database.engine, auditKey });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    ...recordsOf(db),
    transaction: (work) => db.transaction().execute((transaction) => work(recordsOf(transaction))),
    ping: async () => void (await sql`select 1`.execute(db)),
    close: () => db.destroy(),
  };
}

function recordsOf(db: Db): Records {
  return {
    kiosks: kioskStore(db),
    people: personStore(db),
    verifications: verificationStore(db),
    attempts: attemptStore(db),
    audit: auditStore(db),
    now: async () => (await sql<{ now: number }>`select now_ms() as now`.execute(db)).rows[0]!.now,
  };
}
