import { sql } from 'kysely';
import type { Db, EventRow, VerificationRow } from './tables.ts';

/** As the partial indexes say it: with parameters instead, they would not be used. */
const LIVE = sql<boolean>`state in ('created', 'waiting', 'capturing', 'matching')`;
/** Nothing changes these any more. */
const FINAL = ['verified', 'cancelled', 'appealed'];
/** A signed request that is older than this is refused anyway, milliseconds. */
const ON_ITS_WAY_MS = 86_400_000;

export type VerificationStore = {
  /** Within a transaction it is held: nobody else changes it before the end. */
  find(id: string): Promise<VerificationRow | undefined>;
  /** Within a transaction the kiosk is held too: what it asks for is asked one after the other. */
  findAsked(kiosk: string, till: string, idempotencyKey: string): Promise<VerificationRow | undefined>;
  /** Within a transaction that has looked for it: nothing will come of this question any more. */
  withdraw(kiosk: string, till: string, idempotencyKey: string, at: number): Promise<void>;
  isWithdrawn(kiosk: string, till: string, idempotencyKey: string): Promise<boolean>;
  /** The unfinished one of a kiosk; there is at most one. */
  findLive(kiosk: string): Promise<VerificationRow | undefined>;
  /** Ids of unfinished ones whose time is over, oldest first. */
  overdue(now: number, limit: number): Promise<readonly string[]>;
  insert(row: VerificationRow): Promise<void>;
  /** Writes a change made to `before`. @returns false when somebody changed it since, or it is final: nothing is written. */
  change(before: VerificationRow, after: VerificationRow): Promise<boolean>;
  addEvent(event: EventRow): Promise<void>;
  eventsAfter(id: string, revision: number): Promise<readonly EventRow[]>;
};

/** @param locks whether a row that is read within a transaction has to be locked to be held. */
export function verificationStore(db: Db, locks: boolean): VerificationStore {
  const all = db.selectFrom('verifications').selectAll();
  return {
    find: (id) => (locks ? all.forUpdate() : all).where('id', '=', id).executeTakeFirst(),
    findAsked: async (kiosk, till, key) => {
      // Otherwise the next statement could see a verification of the same key that this one did not see yet.
      if (locks) await sql`select pg_advisory_xact_lock(hashtextextended(${`kiosk:${kiosk}`}, 0))`.execute(db);
      const asked = all.where('kiosk', '=', kiosk).where('till', '=', till).where('idempotency_key', '=', key);
      return asked.executeTakeFirst();
    },
    withdraw: async (kiosk, till, key, at) => {
      await db
        .deleteFrom('withdrawn')
        .where('at', '<', at - ON_ITS_WAY_MS)
        .execute();
      const row = { kiosk, till, idempotency_key: key, at };
      await db
        .insertInto('withdrawn')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    isWithdrawn: async (kiosk, till, key) => {
      const one = db.selectFrom('withdrawn').select('at').where('kiosk', '=', kiosk).where('till', '=', till);
      return (await one.where('idempotency_key', '=', key).executeTakeFirst()) !== undefined;
    },
    findLive: (kiosk) => all.where('kiosk', '=', kiosk).where(LIVE).executeTakeFirst(),
    overdue: async (now, limit) => {
      const late = db.selectFrom('verifications').select('id').where(LIVE).where('expires_at', '<=', now);
      return (await late.orderBy('expires_at').limit(limit).execute()).map(({ id }) => id);
    },
    insert: async (row) => void (await db.insertInto('verifications').values(row).execute()),
    change: async (before, after) => {
      const { state, answered, revision, outcome, reason, authorities, receipt, decided_at } = after;
      const { round, expires_at, reopen_until, cancelled_by, appealed_by, appealed_at, appeal_decision } = after;
      const ended = { outcome, reason, authorities, receipt, decided_at, reopen_until, cancelled_by };
      const { assistance, attested_by } = after;
      const appeal = { appealed_by, appealed_at, appeal_decision };
      const query = db
        .updateTable('verifications')
        .set({ state, answered, revision, round, expires_at, assistance, attested_by, ...ended, ...appeal })
        .where('id', '=', before.id)
        .where('state', '=', before.state)
        .where('state', 'not in', FINAL)
        .where('revision', '=', before.revision);
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
    addEvent: async (event) => void (await db.insertInto('events').values(event).execute()),
    eventsAfter: (id, revision) =>
      db
        .selectFrom('events')
        .selectAll()
        .where('verification', '=', id)
        .where('revision', '>', revision)
        .orderBy('revision')
        .execute(),
  };
}
