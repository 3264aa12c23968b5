import { type Kysely, type RawBuilder, sql } from 'kysely';
import { ServerError } from '../error.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { EngineName, MigrationContext } from './migrations/step.ts';
import type { Db } from './tables.ts';

/** `appliedAt`: ISO 8601; absent while it waits. */
export type MigrationState = { readonly name: string; readonly appliedAt?: string };

/** Every migration that this version knows. @throws ServerError `database-newer` when the database knows others. */
export async function listMigrations(db: Db, engine: EngineName): Promise<readonly MigrationState[]> {
  const { rows } = await ANY_APPLIED[engine].execute(db);
  const applied: ReadonlyMap<string, string> = rows.length > 0 ? await readApplied(db) : new Map();
  const foreign = [...applied.keys()].find((name) => !(name in MIGRATIONS));
  if (foreign !== undefined) {
    const why = `migration ${foreign} is not known here: start the version that wrote it, or a later one`;
    throw new ServerError('database-newer', `the database was written by another version: ${why}`);
  }
  return Object.keys(MIGRATIONS).map((name) => {
    const appliedAt = applied.get(name);
    return appliedAt === undefined ? { name } : { name, appliedAt };
  });
}

/**
 * Brings the tables up to date, all or nothing; several processes may try at once, one does it. (Kysely's own Migrator
 * uses no transaction on SQLite: a power cut would leave half a migration. Its table is kept.) @returns what was applied.
 */
export async function migrate(db: Db, context: MigrationContext): Promise<readonly string[]> {
  if ((await listMigrations(db, context.engine)).every(({ appliedAt }) => appliedAt)) return [];
  return db.transaction().execute(async (within) => {
    if (context.engine === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(within);
    await sql`create table if not exists kysely_migration
      (name varchar(255) not null primary key, timestamp varchar(255) not null)`.execute(within);
    const applied = await readApplied(within);
    const missing = Object.entries(MIGRATIONS).filter(([name]) => !applied.has(name));
    for (const [name, step] of missing) {
      await step(within as unknown as Kysely<unknown>, context);
      const at = new Date().toISOString();
      await sql`insert into kysely_migration (name, timestamp) values (${name}, ${at})`.execute(within);
    }
    return missing.map(([name]) => name);
  });
}

/** A row, if the table of what was applied is there. */
const ANY_APPLIED: Readonly<Record<EngineName, RawBuilder<unknown>>> = {
  sqlite: sql`select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'`,
  postgres: sql`select 1 where to_regclass('kysely_migration') is not null`,
};

/** Of PostgreSQL's advisory locks, ours for this; any number would do. */
const LOCK = 0x6c_69_76_65;

async function readApplied(db: Db): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ name: string; timestamp: string }>`select * from kysely_migration`.execute(db);
  return new Map(rows.map(({ name, timestamp }) => [name, timestamp]));
}
