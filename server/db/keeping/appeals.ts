import { sql } from 'kysely';
import type { Db, VerificationRow } from '../tables.ts';

/** As the partial index says it: with a parameter instead, it would not be used. */
const OPEN = sql<boolean>`appeal_decision = 'open'`;

/** Appeals that wait for a person. */
export type AppealStore = {
  /** Those that wait longest first. */
  openAppeals(limit: number): Promise<readonly VerificationRow[]>;
  /** Writes the decision on an open appeal. @returns false when somebody decided it since: nothing is written. */
  decideAppeal(before: VerificationRow, after: VerificationRow): Promise<boolean>;
};

export function appealStore(db: Db): AppealStore {
  return {
    openAppeals: (limit) =>
      db.selectFrom('verifications').selectAll().where(OPEN).orderBy('appealed_at').limit(limit).execute(),
    decideAppeal: async (before, { appeal_decision, revision, receipt }) => {
      const query = db
        .updateTable('verifications')
        .set({ appeal_decision, revision, receipt })
        .where('id', '=', before.id)
        .where('state', '=', 'appealed')
        .where('appeal_decision', '=', 'open')
        .where('revision', '=', before.revision);
      return (await query.executeTakeFirst()).numUpdatedRows === 1n;
    },
  };
}
