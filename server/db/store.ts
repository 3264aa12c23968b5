import { sql } from 'kysely';
import { type AttemptStore, attemptStore } from './attempts.ts';
import { type AuditStore, auditStore } from './audit.ts';
import { type KioskStore, kioskStore } from './kiosks.ts';
import { type Db, openDatabase } from './open.ts';
import { type PersonStore, personStore } from './people.ts';
import { type VerificationStore, verificationStore } from './verifications.ts';

/** Everything that is kept, by subject. */
export type Records = {
  readonly kiosks: KioskStore;
  readonly people: PersonStore;
  readonly verifications: VerificationStore;
  readonly attempts: AttemptStore;
  readonly audit: AuditStore;
};

export type Store = Records & {
  /** All of `work` or nothing. Inside, only the records that `work` is given may be used. */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

export async function openStore(path: string): Promise<Store> {
  const db = await openDatabase(path);
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
  };
}
