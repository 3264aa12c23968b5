import type { Db } from '../tables.ts';

type InvolvedTables = { readonly involved: { readonly person: string; readonly verification: string } };

/** Who takes part in which verification, by keyed fingerprints of their ID numbers. */
export type InvolvedStore = {
  involve(verification: string, people: readonly string[]): Promise<void>;
  verificationsOf(person: string): Promise<readonly string[]>;
};

export function involvedStore(untyped: Db): InvolvedStore {
  const db = untyped.withTables<InvolvedTables>();
  return {
    involve: async (verification, people) => {
      const rows = [...new Set(people)].map((person) => ({ person, verification }));
      await db.insertInto('involved').values(rows).execute();
    },
    verificationsOf: async (person) => {
      const rows = await db.selectFrom('involved').select('verification').where('person', '=', person).execute();
      return rows.map(({ verification }) => verification);
    },
  };
}
