import { sql } from 'kysely';
import type { Db } from '../tables.ts';

/** Rows of one person. */
export type ForgetStore = {
  /** @param person keyed fingerprint. @returns how many rows. */
  dropPerson(person: string): Promise<number>;
  /** The family network as it was told for this cardholder, and rows that were found to be theirs. */
  dropRelatives(cardholder: string, ids: readonly string[]): Promise<number>;
  /** Which of these have not ended. */
  liveAmong(verifications: readonly string[]): Promise<readonly string[]>;
};

const LIVE = sql<boolean>`state in ('created', 'waiting', 'capturing', 'matching')`;

export function forgetStore(db: Db): ForgetStore {
  return {
    dropPerson: async (person) => {
      const gone = await db.deleteFrom('people').where('id', '=', person).executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
    dropRelatives: async (cardholder, ids) => {
      const theirs = await db.deleteFrom('relatives').where('cardholder', '=', cardholder).executeTakeFirst();
      if (ids.length === 0) return Number(theirs.numDeletedRows);
      const them = await db.deleteFrom('relatives').where('id', 'in', ids).executeTakeFirst();
      return Number(theirs.numDeletedRows + them.numDeletedRows);
    },
    liveAmong: async (verifications) => {
      if (verifications.length === 0) return [];
      const rows = db.selectFrom('verifications').select('id').where('id', 'in', verifications).where(LIVE);
      return (await rows.execute()).map(({ id }) => id);
    },
  };
}
