import type { EvidenceRow, EvidenceTables } from '../evidence.ts';
import type { Db } from '../tables.ts';

/** The tables with sealed people, and the column that names a row and to which its content is bound. */
const SEALED = { people: 'id', parties: 'verification', relatives: 'id' } as const;

export type SealedTable = keyof typeof SEALED;
export const SEALED_TABLES: readonly SealedTable[] = ['people', 'parties', 'relatives'];

export type SealedRow = { readonly id: string; readonly sealed: string };
export type WrappedRow = Pick<EvidenceRow, 'verification' | 'attempt' | 'key_id' | 'wrapped'>;

/** All that is sealed at rest, page by page, for keys that change and people who are to be found. */
export type SealedStore = {
  sealedAfter(table: SealedTable, id: string, limit: number): Promise<readonly SealedRow[]>;
  /** @returns false when the row changed since. */
  replaceSealed(table: SealedTable, row: SealedRow, sealed: string): Promise<boolean>;
  wrappedAfter(verification: string, limit: number): Promise<readonly WrappedRow[]>;
  replaceWrapped(row: WrappedRow, key: Pick<EvidenceRow, 'key_id' | 'wrapped'>): Promise<boolean>;
};

export function sealedStore(untyped: Db): SealedStore {
  const db = untyped.withTables<EvidenceTables>();
  return {
    sealedAfter: async (table, id, limit) => {
      switch (table) {
        case 'parties': {
          const all = db.selectFrom('parties').select(['verification as id', 'sealed']);
          return all.where('verification', '>', id).orderBy('verification').limit(limit).execute();
        }
        default:
          return db
            .selectFrom(table)
            .select(['id', 'sealed'])
            .where('id', '>', id)
            .orderBy('id')
            .limit(limit)
            .execute();
      }
    },
    replaceSealed: async (table, { id, sealed: before }, sealed) => {
      const query = db.updateTable(table).set({ sealed }).where('sealed', '=', before);
      const one = query.where(db.dynamic.ref<never>(SEALED[table]), '=', id as never);
      return (await one.executeTakeFirst()).numUpdatedRows === 1n;
    },
    wrappedAfter: (verification, limit) =>
      db
        .selectFrom('evidence')
        .select(['verification', 'attempt', 'key_id', 'wrapped'])
        .where('verification', '>', verification)
        .orderBy('verification')
        .limit(limit)
        .execute(),
    replaceWrapped: async ({ verification, attempt, key_id }, key) => {
      const query = db.updateTable('evidence').set(key).where('verification', '=', verification);
      const same = query.where('attempt', '=', attempt).where('key_id', '=', key_id);
      return (await same.executeTakeFirst()).numUpdatedRows === 1n;
    },
  };
}
