import { sql } from 'kysely';
import type { EvidenceTables } from '../evidence.ts';
import type { Db } from '../tables.ts';

type MarkTables = {
  /** How far the events have been thinned: by creation of their verifications. */
  readonly retention_marks: { readonly name: string; readonly at: number; readonly id: string };
};
type LinkTables = { readonly involved: { readonly person: string; readonly verification: string } };

/** How many rows went. */
export type Dropped = Readonly<Record<string, number>>;

/** Takes away what is too old, a batch at a time and along an index: as quick in the millionth row as in the first. */
export type RetentionStore = {
  /** People and evidence whose date is over; nobody needs them. */
  dropDated(now: number, limit: number): Promise<Dropped>;
  /** Whether there is anything of that kind. */
  hasDated(now: number): Promise<boolean>;
  /** Ended verifications that were created before, oldest first; those with an open appeal stay. */
  oldVerifications(before: number, limit: number): Promise<readonly string[]>;
  /** With everything that belongs to them but their lines of the audit. */
  dropVerifications(ids: readonly string[]): Promise<Dropped>;
  /** All events but the last one of verifications that were created before. @returns undefined when none are left. */
  thinEvents(before: number, limit: number): Promise<Dropped | undefined>;
  hasEvents(before: number): Promise<boolean>;
};

const MARK = 'events';
const ENDED = sql<boolean>`state not in ('created', 'waiting', 'capturing', 'matching')`;
const NOT_OPEN = sql<boolean>`coalesce(appeal_decision, '') <> 'open'`;

export function retentionStore(untyped: Db): RetentionStore {
  const db = untyped.withTables<EvidenceTables & MarkTables & LinkTables>();
  const dated = (now: number, limit: number) => ({
    relatives: db.selectFrom('relatives').select('id').where('expires_at', '<', now).limit(limit),
    parties: db.selectFrom('parties').select('verification as id').where('keep_until', '<', now).limit(limit),
    evidence: db.selectFrom('evidence').select('verification as id').where('keep_until', '<', now).limit(limit),
  });
  const oldest = async (before: number, limit: number) => {
    const mark = await db.selectFrom('retention_marks').selectAll().where('name', '=', MARK).executeTakeFirst();
    const { at = -1, id = '' } = mark ?? {};
    const next = db.selectFrom('verifications').select(['id', 'created_at']).where('created_at', '<', before);
    const after = sql<boolean>`(created_at, id) > (${at}, ${id})`;
    return next.where(after).orderBy('created_at').orderBy('id').limit(limit).execute();
  };
  return {
    hasDated: async (now) => {
      for (const query of Object.values(dated(now, 1))) if (await query.executeTakeFirst()) return true;
      return false;
    },
    dropDated: async (now, limit) => {
      const { relatives, parties, evidence } = dated(now, limit);
      return {
        relatives: await count(db.deleteFrom('relatives').where('id', 'in', relatives)),
        parties: await count(db.deleteFrom('parties').where('verification', 'in', parties)),
        evidence: await count(db.deleteFrom('evidence').where('verification', 'in', evidence)),
      };
    },
    oldVerifications: async (before, limit) => {
      const old = db.selectFrom('verifications').select('id').where('created_at', '<', before);
      const rows = await old.where(ENDED).where(NOT_OPEN).orderBy('created_at').orderBy('id').limit(limit).execute();
      return rows.map(({ id }) => id);
    },
    dropVerifications: async (ids) => {
      if (ids.length === 0) return { verifications: 0, events: 0 };
      const of = { events: await count(db.deleteFrom('events').where('verification', 'in', ids)) };
      for (const table of ['involved', 'evidence', 'parties', 'attempts'] as const)
        await db.deleteFrom(table).where('verification', 'in', ids).execute();
      return { verifications: await count(db.deleteFrom('verifications').where('id', 'in', ids)), ...of };
    },
    hasEvents: async (before) => (await oldest(before, 1)).length > 0,
    thinEvents: async (before, limit) => {
      const batch = await oldest(before, limit);
      const last = batch.at(-1);
      if (!last) return undefined;
      const ids = batch.map(({ id }) => id);
      const latest = sql<number>`(select revision from verifications where verifications.id = events.verification)`;
      const events = await count(
        db.deleteFrom('events').where('verification', 'in', ids).where('revision', '<', latest),
      );
      const mark = { at: last.created_at, id: last.id };
      const query = db.insertInto('retention_marks').values({ name: MARK, ...mark });
      await query.onConflict((conflict) => conflict.column('name').doUpdateSet(mark)).execute();
      return { events };
    },
  };
}

async function count(query: {
  executeTakeFirst(): Promise<{ readonly numDeletedRows: bigint } | undefined>;
}): Promise<number> {
  return Number((await query.executeTakeFirst())?.numDeletedRows ?? 0n);
}
