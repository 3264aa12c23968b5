import type { Db } from './tables.ts';

/** Evidence of a verification at rest, and whose turn it is to decide on it. */
export type EvidenceRow = {
  readonly verification: string;
  readonly attempt: string;
  readonly round: number;
  readonly received_at: number;
  /** Which key at rest wraps the data key. */
  readonly key_id: string;
  readonly wrapped: Uint8Array;
  /** The picture, sealed. */
  readonly still: Uint8Array | null;
  /** Everything else, compressed and sealed; gone once it is decided. */
  readonly rest: Uint8Array | null;
  /** JSON: what each authority answered in this round, by name. */
  readonly answers: string;
  /** The process that decides, and until when it is its turn; null once it is decided. */
  readonly holder: string | null;
  readonly lease_until: number | null;
  readonly keep_until: number;
};

/** See migrations/0005-evidence.ts. */
export type EvidenceTables = { readonly evidence: EvidenceRow };

export type EvidenceStore = {
  find(verification: string): Promise<EvidenceRow | undefined>;
  /** In the place of an earlier round's. */
  put(row: EvidenceRow): Promise<void>;
  /** Within a transaction that holds the verification. @returns whether it is still this process's turn. */
  isHeld(verification: string, round: number, holder: string): Promise<boolean>;
  keepAnswers(verification: string, answers: string): Promise<void>;
  /** Those that wait for a process to take them up: their lease is over. Oldest first. */
  abandoned(now: number, limit: number): Promise<readonly string[]>;
  /** Takes one up. @returns false when another was first. */
  take(verification: string, holder: string, now: number, until: number): Promise<boolean>;
  /** Holds on to all of a process. @returns those that are still its own. */
  renew(holder: string, until: number): Promise<readonly string[]>;
  /** Lets go: whoever looks next may take it up. */
  release(verification: string, holder: string, now: number): Promise<void>;
  /** It is decided: only the picture stays, for an appeal. */
  settle(verification: string, keepUntil: number): Promise<void>;
  drop(verification: string): Promise<void>;
};

export function evidenceStore(untyped: Db): EvidenceStore {
  const db = untyped.withTables<EvidenceTables>();
  const all = db.selectFrom('evidence').selectAll();
  const change = db.updateTable('evidence');
  return {
    find: (verification) => all.where('verification', '=', verification).executeTakeFirst(),
    put: async (row) => {
      const { verification: _, ...columns } = row;
      const query = db.insertInto('evidence').values(row);
      await query.onConflict((conflict) => conflict.column('verification').doUpdateSet(columns)).execute();
    },
    isHeld: async (verification, round, holder) => {
      const mine = db.selectFrom('evidence').select('round').where('verification', '=', verification);
      return (await mine.where('holder', '=', holder).executeTakeFirst())?.round === round;
    },
    keepAnswers: async (verification, answers) =>
      void (await change.set({ answers }).where('verification', '=', verification).execute()),
    abandoned: async (now, limit) => {
      const over = db.selectFrom('evidence').select('verification').where('lease_until', '<=', now);
      const rows = await over.orderBy('lease_until').limit(limit).execute();
      return rows.map(({ verification }) => verification);
    },
    take: async (verification, holder, now, until) => {
      const mine = change.set({ holder, lease_until: until }).where('verification', '=', verification);
      return (await mine.where('lease_until', '<=', now).executeTakeFirst()).numUpdatedRows === 1n;
    },
    renew: async (holder, until) => {
      const mine = change.set({ lease_until: until }).where('holder', '=', holder).where('lease_until', 'is not', null);
      return (await mine.returning('verification').execute()).map(({ verification }) => verification);
    },
    release: async (verification, holder, now) => {
      const mine = change.set({ lease_until: now }).where('verification', '=', verification);
      await mine.where('holder', '=', holder).where('lease_until', 'is not', null).execute();
    },
    settle: async (verification, keepUntil) => {
      const decided = { rest: null, holder: null, lease_until: null, answers: '{}', keep_until: keepUntil };
      await change.set(decided).where('verification', '=', verification).execute();
    },
    drop: async (verification) =>
      void (await db.deleteFrom('evidence').where('verification', '=', verification).execute()),
  };
}
