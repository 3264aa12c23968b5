/** `npm run chaos:server`: backend processes are killed at random while verifications run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { REAL_WORLD } from '../../server/clock.ts';
import type { DatabaseAddress } from '../../server/db/engine.ts';
import { openEngine } from '../../server/db/engines.ts';
import { openKeys } from '../../server/keys/keys.ts';
import { findPostgres, NEEDS_POSTGRES, startCluster } from '../../server/testing/postgres.ts';
import { createProgress } from '../attacks/progress.ts';
import { enrolKiosk, prepareEvidence } from './client.ts';
import { openHerd } from './killer.ts';
import { type Learned, persistentKiosk } from './persistent.ts';
import { examine, type Verdict } from './verdict.ts';

const HELP = `usage: npm run chaos:server [-- --count N] [--engine sqlite|postgres]

2000 verifications (half on SQLite and one process, half on PostgreSQL and three) while processes are killed with SIGKILL
at random and started again. Each kiosk asks until it knows. Afterwards the database is examined: every question has
exactly one outcome, the one that its kiosk learned, and the audit holds. Exit code 1 if not.`;

const CLIENTS = 12;
const TTL_MS = 60_000;
/** The authorities take a while, so that many are killed while they are asked. */
const ANSWER_MS = 60;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) return 2;
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const postgres = findPostgres() !== undefined;
  const engines = options.engine ? [options.engine] : postgres ? ['sqlite', 'postgres'] : ['sqlite'];
  if (engines.includes('postgres') && !postgres) {
    console.error(`chaos:server: ${NEEDS_POSTGRES}`);
    return 2;
  }
  if (!postgres) console.error(`without PostgreSQL all on SQLite: ${NEEDS_POSTGRES}`);
  let fine = true;
  for (const engine of engines) {
    const verdict = await storm(
      engine === 'postgres' ? 'postgres' : 'sqlite',
      Math.ceil(options.count / engines.length),
    );
    fine &&= tell(engine, verdict);
  }
  return fine ? 0 : 1;
}

async function storm(name: 'sqlite' | 'postgres', count: number): Promise<Verdict & { readonly kills: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-server-'));
  const cluster = name === 'postgres' ? await startCluster() : undefined;
  const database: DatabaseAddress = cluster
    ? { engine: 'postgres', url: await cluster.database(), pool: 10 }
    : { engine: 'sqlite', path: join(folder, 'backend.sqlite') };
  const codes = Array.from({ length: CLIENTS }, (_, i) => `CODE-${i}`);
  const options = { data: folder, database, port: 0, codes, answerMs: ANSWER_MS, ttlMs: TTL_MS };
  const herd = await openHerd(options, cluster ? 3 : 1);
  try {
    const progress = createProgress(`verifications, ${name}`, count, process.stderr, Date.now);
    const learned: Learned[] = [];
    await Promise.all(
      codes.map(async (code) => {
        const enrolled = await untilEnrolled(herd.urls, code);
        const kiosk = persistentKiosk(herd.urls, enrolled, TTL_MS + 30_000);
        const prepared = await prepareEvidence(enrolled);
        for (let mine = learned.length; mine < count; mine = learned.length) {
          const place = learned.push({ key: '', verification: undefined }) - 1;
          learned[place] = await kiosk.verify(prepared);
          progress.step();
        }
      }),
    );
    progress.end();
    await herd.end();
    const engine = await openEngine({ database, now: Date.now, report: (fault) => console.error(fault) });
    const verdict = await examine(engine, openKeys(folder, REAL_WORLD).audit, learned);
    await engine.db.destroy();
    return { ...verdict, kills: herd.kills() };
  } finally {
    await herd.end();
    await cluster?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The code may have been used by a request whose answer was lost: the same key then gets the same id. */
async function untilEnrolled(urls: readonly string[], code: string) {
  for (let tries = 0; ; tries++) {
    try {
      return await enrolKiosk(urls[tries % urls.length]!, code);
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function tell(engine: string, verdict: Verdict & { readonly kills: number }): boolean {
  const { asked, kills, outcomes, lost, doubled, different, auditFindings, auditLines } = verdict;
  const told = Object.entries(outcomes).map(([state, count]) => `${count} ${state}`);
  console.log(`${engine}: ${asked} verifications, ${kills} processes killed: ${told.join(', ')}`);
  console.log(`  ${lost.length} lost, ${doubled.length} doubled, ${different.length} told otherwise than kept`);
  console.log(`  audit: ${auditLines} lines, ${auditFindings} findings`);
  return lost.length + doubled.length + different.length + auditFindings === 0;
}

function readOptions() {
  const options = { count: { type: 'string' }, engine: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    const { count = '2000', engine, help } = parseArgs({ options }).values;
    if (!/^[1-9]\d{0,5}$/.test(count)) throw new Error('--count needs a number');
    if (engine !== undefined && engine !== 'sqlite' && engine !== 'postgres')
      throw new Error('--engine: sqlite or postgres');
    return { count: Number(count), engine, help };
  } catch (error) {
    console.error(`chaos:server: ${(error as Error).message}`);
    return undefined;
  }
}
