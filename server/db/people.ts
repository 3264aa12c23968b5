import type { Db, PersonRow } from './tables.ts';

export type PersonStore = {
  find(id: string): Promise<PersonRow | undefined>;
  upsert(person: PersonRow): Promise<void>;
};

export function personStore(db: Db): PersonStore {
  return {
    find: (id) => db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst(),
    upsert: async ({ id, sealed, updated_at }) => {
      const query = db.insertInto('people').values({ id, sealed, updated_at });
      await query.onConflict((conflict) => conflict.column('id').doUpdateSet({ sealed, updated_at })).execute();
    },
  };
}
