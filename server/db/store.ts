import { sql } from 'kysely';
import type { World } from '../clock.ts';
import { type AttemptStore, attemptStore } from './attempts.ts';
import { type AuditStore, auditStore, checkAuditKey } from './audit.ts';
import type { DatabaseAddress, Engine, Heard, Notices } from './engine.ts';
import { migrateDatabase, openEngine, refuseOutdated } from './engines.ts';
import { type EvidenceStore, evidenceStore } from './evidence.ts';
import { type KeepingStore, keepingStore } from './keeping.ts';
import { type KioskStore, kioskStore } from './kiosks.ts';
import { exclusively, type Leased, type Work } from './leases.ts';
import { type PartyStore, partyStore } from './parties.ts';
import { type PersonStore, personStore } from './people.ts';
import type { Db } from './tables.ts';
import { throttleStore } from './throttles.ts';
import { inTransaction } from './transaction.ts';
import { type VerificationStore, verificationStore } from './verifications.ts';

/** Everything that is kept, by subject. */
export type Records = {
  readonly kiosks: KioskStore;
  readonly people: PersonStore;
  readonly parties: PartyStore;
  readonly verifications: VerificationStore;
  readonly attempts: AttemptStore;
  readonly evidence: EvidenceStore;
  readonly keeping: KeepingStore;
  readonly audit: AuditStore;
  /**
   * The time by which everything is decided, milliseconds since 1970: the database's clock, the same for every process
   * on it, also within a transaction that began earlier.
   */
  now(): Promise<number>;
};

export type StoreOptions = {
  readonly database: DatabaseAddress;
  /** Its clock is that of the embedded engine. */
  readonly world: World;
  /** Key of the audit's chains, 32 bytes. */
  readonly auditKey: Uint8Array;
  /** `manual`: tables that are not up to date are refused, and `npm run migrate` is left to the operator. */
  readonly migrate?: 'auto' | 'manual';
  /** Told of faults that nobody is told of otherwise: a connection that broke while idle. */
  readonly report?: (fault: unknown) => void;
};

export type Store = Records & {
  /**
   * All of `work` or nothing. Inside, only the records that `work` is given may be used, and nothing outside may be
   * changed: where another process came in between, all of it is undone and `work` runs again.
   */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Does `work` unless another process is at it; of one that died, the lease is over after `leaseMs`. */
  exclusively<T>(name: string, leaseMs: number, work: Work<T>): Promise<Leased<T>>;
  /** The count of tries at the bank, of all processes together. */
  readonly throttles: ReturnType<typeof throttleStore>;
  /** Word between the processes on this database. To be closed before the store. */
  openNotices(heard: Heard): Notices;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** Opens the database and brings its tables up to date. @throws ServerError */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { database, world, auditKey, migrate = 'auto', report = () => undefined } = options;
  const opening = { database, now: world.now, report };
  if (migrate === 'auto') await migrateDatabase({ ...opening, auditKey });
  const engine = await openEngine(opening);
  try {
    await refuseOutdated(engine);
    await checkAuditKey(engine.db, auditKey);
  } catch (error) {
    await engine.db.destroy();
    throw error;
  }
  return storeOn(engine, world, auditKey);
}

function storeOn(engine: Engine, world: World, key: Uint8Array): Store {
  const { db } = engine;
  const transaction: Store['transaction'] = (work) =>
    inTransaction(engine, (within) => work(recordsOf(within, { key, random: world.random, locks: engine.locks })));
  const records = recordsOf(db, { key, random: world.random, locks: false });
  return {
    ...records,
    audit: { ...records.audit, append: (line) => transaction(({ audit }) => audit.append(line)) },
    transaction,
    exclusively: (name, leaseMs, work) => exclusively(db, world, { name, leaseMs }, work),
    throttles: throttleStore(engine),
    openNotices: engine.openNotices,
    ping: async () => void (await sql`select 1`.execute(db)),
    close: () => db.destroy(),
  };
}

type Within = { readonly key: Uint8Array; readonly random: World['random']; readonly locks: boolean };

function recordsOf(db: Db, within: Within): Records {
  return {
    kiosks: kioskStore(db),
    people: personStore(db),
    parties: partyStore(db),
    verifications: verificationStore(db, within.locks),
    attempts: attemptStore(db),
    evidence: evidenceStore(db),
    keeping: keepingStore(db),
    audit: auditStore(db, within),
    now: async () => (await sql<{ now: number }>`select now_ms() as now`.execute(db)).rows[0]!.now,
  };
}
