import type { Db, PartiesRow, RelativeRow } from './tables.ts';

/** Who takes part in verifications, and who could: sealed, and only while it is needed. */
export type PartyStore = {
  of(verification: string): Promise<PartiesRow | undefined>;
  insert(row: PartiesRow): Promise<void>;
  keepUntil(verification: string, until: number): Promise<void>;
  relative(id: string): Promise<RelativeRow | undefined>;
  insertRelatives(rows: readonly RelativeRow[]): Promise<void>;
  /** Deletes what is older. @returns how many rows. */
  dropOld(now: number): Promise<number>;
};

export function partyStore(db: Db): PartyStore {
  return {
    of: (verification) =>
      db.selectFrom('parties').selectAll().where('verification', '=', verification).executeTakeFirst(),
    insert: async (row) => void (await db.insertInto('parties').values(row).execute()),
    keepUntil: async (verification, until) =>
      void (await db
        .updateTable('parties')
        .set({ keep_until: until })
        .where('verification', '=', verification)
        .execute()),
    relative: (id) => db.selectFrom('relatives').selectAll().where('id', '=', id).executeTakeFirst(),
    insertRelatives: async (rows) => {
      if (rows.length > 0) await db.insertInto('relatives').values(rows).execute();
    },
    dropOld: async (now) => {
      const relatives = await db.deleteFrom('relatives').where('expires_at', '<', now).executeTakeFirst();
      const parties = await db.deleteFrom('parties').where('keep_until', '<', now).executeTakeFirst();
      return Number(relatives.numDeletedRows + parties.numDeletedRows);
    },
  };
}
