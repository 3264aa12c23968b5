import type { AttemptRow, Db } from './tables.ts';

export type AttemptStore = {
  find(verification: string, id: string): Promise<AttemptRow | undefined>;
  /** In the order they were opened. */
  of(verification: string): Promise<readonly AttemptRow[]>;
  insert(row: AttemptRow): Promise<void>;
  /** The latest plans of a kiosk and of a person, JSON, latest first. */
  recentPlans(kiosk: string, person: string, limit: number): Promise<readonly string[]>;
  /** @returns false when it was used before. */
  use(id: string, evidence: string, now: number): Promise<boolean>;
};

export function attemptStore(db: Db): AttemptStore {
  const all = db.selectFrom('attempts').selectAll();
  return {
    find: (verification, id) => all.where('verification', '=', verification).where('id', '=', id).executeTakeFirst(),
    of: (verification) => all.where('verification', '=', verification).orderBy('number').execute(),
    insert: async (row) => void (await db.insertInto('attempts').values(row).execute()),
    recentPlans: async (kiosk, person, limit) => {
      // Two short walks along an index each, not one over both columns.
      const recent = all.orderBy('created_at', 'desc').limit(limit);
      const here = await recent.where('kiosk', '=', kiosk).execute();
      const theirs = await recent.where('person', '=', person).execute();
      const latest = new Map([...here, ...theirs].map((row) => [row.id, row]));
      return [...latest.values()].sort((a, b) => b.created_at - a.created_at).map((row) => row.plan);
    },
    use: async (id, evidence, now) => {
      const query = db.updateTable('attempts').set({ evidence, used_at: now });
      const result = await query.where('id', '=', id).where('used_at', 'is', null).executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}
