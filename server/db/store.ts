import { sql } from 'kysely';
import type { World } from '../clock.ts';
import { type AttemptStore, attemptStore } from './attempts.ts';
import { type AuditDeps, type AuditStore, auditStore } from './audit.ts';
import { type KioskStore, kioskStore } from './kiosks.ts';
import { bringUpToDate, type Db } from './open.ts';
import { type PartyStore, partyStore } from './parties.ts';
import { type PersonStore, personStore } from './people.ts';
import { openSqlite } from './sqlite.ts';
import { type VerificationStore, verificationStore } from './verifications.ts';

/** Everything that is kept, by subject. */
export type Records = {
  readonly kiosks: KioskStore;
  readonly people: PersonStore;
  readonly parties: PartyStore;
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
  readonly world: World;
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
export async function openStore({ database, world, auditKey }: StoreOptions): Promise<Store> {
  const db = openSqlite(database.path, world.now);
  try {
    await bringUpToDate(db, { engine: database.engine, auditKey });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const audited = { key: auditKey, random: world.random, locks: false };
  const transaction: Store['transaction'] = (work) =>
    db.transaction().execute((within) => work(recordsOf(within, audited)));
  const records = recordsOf(db, audited);
  return {
    ...records,
    audit: { ...records.audit, append: (line) => transaction(({ audit }) => audit.append(line)) },
    transaction,
    ping: async () => void (await sql`select 1`.execute(db)),
    close: () => db.destroy(),
  };
}

function recordsOf(db: Db, audited: AuditDeps): Records {
  return {
    kiosks: kioskStore(db),
    people: personStore(db),
    parties: partyStore(db),
    verifications: verificationStore(db),
    attempts: attemptStore(db),
    audit: auditStore(db, audited),
    now: async () => (await sql<{ now: number }>`select now_ms() as now`.execute(db)).rows[0]!.now,
  };
}
