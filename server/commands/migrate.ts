/** Brings the tables of the database up to date: `npm run migrate -- --config server.yaml [--list]`. */
import { parseArgs } from 'node:util';
import { migrateDatabase, openEngine, whereOf } from '../db/engines.ts';
import { listMigrations } from '../db/migrate.ts';
import { type Configured, readConfigured, runCommand } from './configured.ts';

const USAGE = 'usage: npm run migrate -- --config server.yaml [--list]';

await runCommand('migrate', USAGE, readArguments());

function readArguments(): (() => Promise<void>) | undefined {
  const options = { config: { type: 'string' }, list: { type: 'boolean' } } as const;
  try {
    const { config, list = false } = parseArgs({ options }).values;
    return config === undefined ? undefined : () => run(config, list);
  } catch {
    return undefined;
  }
}

async function run(file: string, onlyList: boolean): Promise<void> {
  const configured = readConfigured(file, true);
  console.log(whereOf(configured.database));
  if (onlyList) return list(configured);
  const applied = await migrateDatabase({ ...configured, now: Date.now, report: () => undefined });
  for (const name of applied) console.log(`applied   ${name}`);
  console.log(applied.length === 0 ? 'The tables were up to date already.' : 'The tables are up to date.');
}

async function list({ database }: Configured): Promise<void> {
  const engine = await openEngine({ database, now: Date.now, report: () => undefined });
  try {
    for (const { name, appliedAt } of await listMigrations(engine.db, engine.name))
      console.log(`${appliedAt ?? 'not applied yet'.padEnd(24)}  ${name}`);
  } finally {
    await engine.db.destroy();
  }
}
