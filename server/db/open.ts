import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { ServerError } from '../error.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { MigrationContext } from './migrations/step.ts';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;

/** Brings the tables up to date. @throws ServerError `database-newer` */
export async function bringUpToDate(db: Db, context: MigrationContext): Promise<void> {
  const migrations = Object.entries(MIGRATIONS).map(([name, step]) => [
    name,
    { up: (within: Kysely<unknown>) => step(within, context) },
  ]);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  const why = (error as Error).message;
  throw new ServerError('database-newer', `the database was written by another version: ${why}`, { cause: error });
}
