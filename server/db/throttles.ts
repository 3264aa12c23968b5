import type { Hold, Rows } from '../authorities/throttle/rows.ts';
import type { ThrottleStore } from '../authorities/throttle/throttle.ts';
import type { Engine } from './engine.ts';
import { inTransaction } from './transaction.ts';

/** See migrations/0004-throttles.ts. */
type ThrottleTables = {
  bank_cards: {
    /** Keyed fingerprint of the card. */
    readonly card: string;
    readonly wrong: number;
    readonly wrong_at: number;
    /** JSON of Hold[]. */
    readonly holds: string;
    readonly changed_at: number;
  };
  bank_days: {
    /** Keyed fingerprint of the ID number. */
    readonly holder: string;
    readonly day: string;
    readonly tries: number;
  };
};

/**
 * The count of tries at the bank, shared by every process on this database. Both rows are written first and read by the
 * same statements: whoever writes a row holds it until the transaction ends, on either engine, so that of two processes
 * with the same card one waits for the other's count.
 */
export function throttleStore(engine: Engine): ThrottleStore & {
  /** Takes away what counts no more: days before `day`, and cards that did not change since. @returns how many rows. */
  sweep(before: { readonly day: string; readonly changedAt: number }): Promise<number>;
} {
  return {
    change: ({ card, holder, day }, now, step) =>
      inTransaction(engine, async (within) => {
        const db = within.withTables<ThrottleTables>();
        // Always the card first: two transactions cannot hold what the other waits for.
        const cardRow = await db
          .insertInto('bank_cards')
          .values({ card, wrong: 0, wrong_at: 0, holds: '[]', changed_at: now })
          .onConflict((conflict) => conflict.column('card').doUpdateSet({ changed_at: now }))
          .returning(['wrong', 'wrong_at', 'holds'])
          .executeTakeFirstOrThrow();
        const dayRow = await db
          .insertInto('bank_days')
          .values({ holder, day, tries: 0 })
          .onConflict((conflict) => conflict.columns(['holder', 'day']).doUpdateSet({ holder }))
          .returning('tries')
          .executeTakeFirstOrThrow();
        const holds: readonly Hold[] = JSON.parse(cardRow.holds);
        const before: Rows = { card: { wrong: cardRow.wrong, wrongAt: cardRow.wrong_at, holds }, tries: dayRow.tries };
        const { rows, result } = step(before);
        const { wrong, wrongAt } = rows.card;
        const changed = { wrong, wrong_at: wrongAt, holds: JSON.stringify(rows.card.holds) };
        await db.updateTable('bank_cards').set(changed).where('card', '=', card).execute();
        const { tries } = rows;
        await db.updateTable('bank_days').set({ tries }).where('holder', '=', holder).where('day', '=', day).execute();
        return result;
      }),
    sweep: async ({ day, changedAt }) => {
      const db = engine.db.withTables<ThrottleTables>();
      const days = await db.deleteFrom('bank_days').where('day', '<', day).executeTakeFirst();
      const cards = await db.deleteFrom('bank_cards').where('changed_at', '<', changedAt).executeTakeFirst();
      return Number(days.numDeletedRows + cards.numDeletedRows);
    },
  };
}
