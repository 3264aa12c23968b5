import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseAddress } from '../../server/db/engine.ts';
import { TestKiosk } from '../../server/testing/kiosk.ts';
import { type Cluster, findPostgres, startCluster } from '../../server/testing/postgres.ts';
import { type Baseline, timeNothing, timePostgresCommit, timeSqliteCommit } from './baseline.ts';
import { enrolKiosk, type Prepared, prepareEvidence, verifyOnce } from './client.ts';
import { countCommits } from './commits.ts';
import { fillPostgres, fillSqlite } from './fill.ts';
import { type Instance, startInstance } from './fleet.ts';
import { type Load, putLoad } from './load.ts';
import { holdStreams, type Streams } from './streams.ts';

export type Settings = {
  /** Verifications of each client. */
  readonly each: number;
  readonly clients: number;
  /** Stored verifications for the second figure of the cost. */
  readonly rows: number;
  readonly streams: number;
  readonly progress: (title: string, total: number) => { step(): void; end(): void };
};

/** The figures of one engine. */
export type EngineFigures = {
  readonly commit: Baseline;
  readonly alone: Load;
  readonly many: Load;
  /** Several clients on four processes; PostgreSQL only. */
  readonly four?: Load;
  /** One client, with many stored rows. */
  readonly full: Load;
};

export type Figures = {
  readonly nothing: Baseline;
  /** Durable commits that a verification makes on SQLite. */
  readonly durable: number;
  readonly sqlite: EngineFigures;
  readonly postgres?: EngineFigures;
  readonly streams: Streams;
  readonly rows: number;
};

type Bench = {
  readonly folder: string;
  readonly database: DatabaseAddress;
  readonly settings: Settings;
  /** An enrolment code that was not used before. */
  readonly nextCode: () => string;
};

/** Verifications of each process before anything is measured. */
const WARM = 120;

const CODES = Array.from({ length: 4000 }, (_, i) => `CODE-${i}`);

/** Measures everything; PostgreSQL only where it is installed. */
export async function measure(settings: Settings): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'));
  let cluster: Cluster | undefined;
  let codes = 0;
  const common = { folder, settings, nextCode: () => CODES[codes++]! };
  try {
    const path = join(folder, 'backend.sqlite');
    const sqlite: Bench = { ...common, database: { engine: 'sqlite', path } };
    const commit = await timeSqliteCommit(folder, 500);
    const first = await start(sqlite, 1);
    const nothing = await timeNothing(first[0]!.url, 500);
    await stop(first);
    const durable = await countOnSqlite(sqlite, path);
    const embedded = await measureEngine(sqlite, 'SQLite', commit, async (own) => fillSqlite(path, settings.rows, own));
    const streams = await measureStreams(sqlite);
    const postgres = findPostgres() === undefined ? undefined : await measurePostgres(common, (it) => (cluster = it));
    return { nothing, durable, sqlite: embedded, ...(postgres ? { postgres } : {}), streams, rows: settings.rows };
  } finally {
    await cluster?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function countOnSqlite(bench: Bench, path: string): Promise<number> {
  const instances = await start(bench, 1);
  const [kiosk] = await enrol(bench, instances, 1);
  const prepared = await prepareEvidence(kiosk!);
  await verifyOnce(kiosk!, prepared);
  const several = 4;
  const commits = await countCommits(path, async () => {
    for (let i = 0; i < several; i++) await verifyOnce(kiosk!, prepared);
  });
  await stop(instances);
  return commits / several;
}

async function measurePostgres(
  common: Omit<Bench, 'database'>,
  started: (cluster: Cluster) => void,
): Promise<EngineFigures> {
  const cluster = await startCluster({ max_connections: '100' });
  started(cluster);
  const url = await cluster.database();
  const bench: Bench = { ...common, database: { engine: 'postgres', url, pool: 10 } };
  const commit = await timePostgresCommit(url, 500);
  return measureEngine(bench, 'PostgreSQL', commit, (own) => fillPostgres(url, common.settings.rows, own));
}

async function measureEngine(
  bench: Bench,
  name: string,
  commit: Baseline,
  fill: (own: string) => Promise<void>,
): Promise<EngineFigures> {
  const { clients, each } = bench.settings;
  const alone = await onProcesses(bench, 1, 1, `${name}, one client`, 3 * each);
  const many = await onProcesses(bench, 1, clients, `${name}, ${clients} clients`, each);
  const four = name === 'PostgreSQL' ? await onProcesses(bench, 4, clients, `${name}, 4 processes`, each) : undefined;
  const filling = bench.settings.progress(`${name}, filling`, 1);
  const instances = await start(bench, 1);
  const [own] = await enrol(bench, instances, 1);
  await stop(instances);
  await fill(own!.id);
  filling.step();
  filling.end();
  const again = await start(bench, 1);
  // The kiosk whose past the rows are.
  const kiosk = Object.assign(new TestKiosk(fetch, Date.now, again[0]!.url), { id: own!.id, keys: own!.keys });
  const progress = bench.settings.progress(`${name}, ${bench.settings.rows} rows`, 3 * each);
  await putLoad(again, [kiosk], await prepareEvidence(kiosk), WARM, () => undefined);
  const full = await putLoad(again, [kiosk], await prepareEvidence(kiosk), 3 * each, progress.step);
  progress.end();
  await stop(again);
  return { commit, alone, many, ...(four ? { four } : {}), full };
}

async function onProcesses(
  bench: Bench,
  processes: number,
  clients: number,
  title: string,
  each: number,
): Promise<Load> {
  const instances = await start(bench, processes);
  try {
    const kiosks = await enrol(bench, instances, clients);
    const prepared: Prepared = await prepareEvidence(kiosks[0]!);
    // As many for each process: code that has not run often yet is several times slower.
    await putLoad(instances, kiosks, prepared, Math.ceil((WARM * processes) / clients), () => undefined);
    const progress = bench.settings.progress(title, clients * each);
    const load = await putLoad(instances, kiosks, prepared, each, progress.step);
    progress.end();
    return load;
  } finally {
    await stop(instances);
  }
}

async function measureStreams(bench: Bench): Promise<Streams> {
  const instances = await start(bench, 1);
  const { streams } = bench.settings;
  try {
    const kiosks = await enrol(bench, instances, Math.ceil(streams / 10));
    const progress = bench.settings.progress('event streams', streams);
    const held = await holdStreams(kiosks, streams, instances[0]!.used, progress.step);
    progress.end();
    return held;
  } finally {
    await stop(instances);
  }
}

/** One after the other: the first makes the tables. */
async function start({ folder, database }: Bench, processes: number): Promise<Instance[]> {
  const options = { data: folder, database, port: 0, codes: CODES, answerMs: 0, ttlMs: 600_000 };
  const instances: Instance[] = [];
  for (let i = 0; i < processes; i++) instances.push(await startInstance(options));
  return instances;
}

const stop = (instances: readonly Instance[]) => Promise.all(instances.map((instance) => instance.kill()));

/** Kiosks, spread evenly over the processes. */
async function enrol(bench: Bench, instances: readonly Instance[], count: number): Promise<TestKiosk[]> {
  const kiosks: TestKiosk[] = [];
  for (let i = 0; i < count; i++) kiosks.push(await enrolKiosk(instances[i % instances.length]!.url, bench.nextCode()));
  return kiosks;
}
