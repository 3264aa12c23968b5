import { ServerError } from '../error.ts';
import type { DatabaseAddress, Engine } from './engine.ts';
import { asOpeningFault } from './faults.ts';
import { listMigrations, migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

export type EngineOptions = {
  readonly database: DatabaseAddress;
  /** The clock of the embedded engine, milliseconds. */
  readonly now: () => number;
  readonly report: (fault: unknown) => void;
  /** A migration may take as long as it takes. */
  readonly unlimited?: boolean;
};

/** Opens the database, and asks it something. @throws ServerError */
export async function openEngine({ database, now, report, unlimited = false }: EngineOptions): Promise<Engine> {
  let engine: Engine | undefined;
  try {
    if (database.engine === 'sqlite') engine = openSqlite(database.path, now);
    else engine = openPostgres({ ...database, report, unlimited });
    await engine.check();
    return engine;
  } catch (error) {
    await engine?.db.destroy();
    throw asOpeningFault(error, whereOf(database));
  }
}

/** Brings the tables up to date, however long it takes. @returns what was applied. @throws ServerError */
export async function migrateDatabase(
  options: Omit<EngineOptions, 'unlimited'> & { readonly auditKey: Uint8Array },
): Promise<readonly string[]> {
  const { database, auditKey } = options;
  const engine = await openEngine({ ...options, unlimited: true });
  try {
    return await migrate(engine.db, { engine: engine.name, auditKey });
  } catch (error) {
    throw asOpeningFault(error, whereOf(database));
  } finally {
    await engine.db.destroy();
  }
}

/** @throws ServerError `database-outdated`, `database-newer` */
export async function refuseOutdated({ db, name }: Engine): Promise<void> {
  const missing = (await listMigrations(db, name)).filter(({ appliedAt }) => !appliedAt);
  if (missing.length === 0) return;
  const names = missing.map((migration) => migration.name).join(', ');
  const remedy = 'run `npm run migrate -- --config server.yaml`';
  throw new ServerError('database-outdated', `the tables lack ${names}: ${remedy}`);
}

/** The database in words, without user and password. @throws ServerError */
export function whereOf(database: DatabaseAddress): string {
  if (database.engine === 'sqlite') return database.path;
  try {
    const { hostname, port, pathname, searchParams } = new URL(database.url);
    const host = searchParams.get('host') ?? (hostname || 'localhost');
    return `the database ${decodeURI(pathname).slice(1) || '(default)'} at ${host}:${port || '5432'}`;
  } catch {
    throw new ServerError('database-refused', 'database: the url is none: postgres://USER@HOST:5432/NAME');
  }
}
