import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { type EngineOptions, openEngine } from './engines.ts';

/** How long other processes get to let go of what they read, milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Takes the remains of deleted rows out of the database's files: a deleted row is only marked as free. On SQLite all of
 * it is written anew, and the journal emptied; on PostgreSQL dead rows are taken away, though old copies of pages stay
 * in its journal (WAL) until that is recycled, and in backups. @returns whether nothing is left behind in the files.
 */
export async function scrub(options: Pick<EngineOptions, 'database'>): Promise<boolean> {
  const { db, name } = await openEngine({ ...options, now: Date.now, report: () => undefined, unlimited: true });
  try {
    if (name === 'postgres') {
      await sql`vacuum`.execute(db);
      return true;
    }
    await sql`vacuum`.execute(db);
    const late = performance.now() + PATIENCE_MS;
    for (;;) {
      const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
      if (rows[0]?.busy === 0) return true;
      if (performance.now() > late) return false;
      await setTimeout(100);
    }
  } finally {
    await db.destroy();
  }
}
