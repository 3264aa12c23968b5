import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { ServerError } from '../error.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { MigrationContext } from './migrations/step.ts';
import type { Db } from './tables.ts';

export type MigrationState = { readonly name: string; readonly appliedAt?: Date };

/** Every migration that this version knows. @throws ServerError `database-newer` when the database knows others. */
export async function listMigrations(db: Db, context: MigrationContext): Promise<readonly MigrationState[]> {
  const known = await migratorFor(db, context).getMigrations();
  if (known.some(({ executedAt }) => executedAt)) {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
    const foreign = rows.find(({ name }) => !(name in MIGRATIONS));
    if (foreign) {
      const why = `migration ${foreign.name} is not known here: start the version that wrote it, or a later one`;
      throw new ServerError('database-newer', `the database was written by another version: ${why}`);
    }
  }
  return known.map(({ name, executedAt }) => ({ name, ...(executedAt ? { appliedAt: executedAt } : {}) }));
}

/** Brings the tables up to date; several processes may try at once, one does it. @returns what was applied. */
export async function migrate(db: Db, context: MigrationContext): Promise<readonly string[]> {
  if ((await listMigrations(db, context)).every(({ appliedAt }) => appliedAt)) return [];
  const { error, results = [] } = await migratorFor(db, context).migrateToLatest();
  if (error) throw error;
  return results.map(({ migrationName }) => migrationName);
}

function migratorFor(db: Db, context: MigrationContext): Migrator {
  const migrations = Object.entries(MIGRATIONS).map(([name, step]) => [
    name,
    { up: (within: Kysely<unknown>) => step(within, context) },
  ]);
  return new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(migrations) } });
}
