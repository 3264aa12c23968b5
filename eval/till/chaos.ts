/** `npm run chaos:till`: kiosks and backend are killed, and every line between them fails, while tills ask. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { DatabaseAddress } from '../../server/db/engine.ts';
import { openEngine } from '../../server/db/engines.ts';
import { createTill, type View } from '../../till/till.ts';
import { createProgress } from '../attacks/progress.ts';
import { startInstance } from '../server/fleet.ts';
import { type Learned, openTill } from './ask.ts';
import { type Immortal, keepAlive, startKiosk } from './processes.ts';
import { examine, type Verdict } from './verdict.ts';
import { openWeather, type Weather } from './weather.ts';

const HELP = `usage: npm run chaos:till [-- --count N] [--kiosks N] [--details]

1000 verifications asked by tills, two at each kiosk, at real kiosk processes with a real backend, while kiosks and
backend are killed with SIGKILL and the lines till-kiosk and kiosk-backend are cut, late, swallow and repeat at random.
A till asks until it knows, and tries some once more; some are switched off in the middle, and some of those lose their
keys. Afterwards the backend's database is examined: of each round the till learned exactly one outcome, the one that
the backend holds. Exit code 1 if not. Camera and models are played (eval/till/kiosk.ts): a person would take 10 s for
each. --kiosks says how many there are (4), --details names what went wrong.`;

/** The line's faults. */
const SHARE = 0.25;
/** At one kiosk: while one is served, another may wait. */
const TILLS = 2;
const KIOSK_EVERY_MS = 2000;
const BACKEND_EVERY_MS = 3000;
const TTL_MS = 20_000;
/** A till that does not know by then has lost its sale, milliseconds. */
const DEADLINE_MS = 300_000;
/** One call of the till: asking and looking up, then 20 s of waiting. */
const CALL_LIMIT_MS = 20_000 + 2 * 8000 + 2000;
const KEY = 'chaos';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) return 2;
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const { verdict, broken } = await storm(options.count, options.kiosks);
  return tell(verdict, broken, options.details) ? 0 : 1;
}

type Broken = { readonly kiosks: number; readonly backends: number; readonly lines: number };

async function storm(count: number, kiosks: number): Promise<{ verdict: Verdict; broken: Broken }> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-till-'));
  const database: DatabaseAddress = { engine: 'sqlite', path: join(folder, 'backend.sqlite') };
  const codes = Array.from({ length: kiosks }, (_, i) => `CHAOS-${i}`);
  const parts: Immortal[] = [];
  const lines: Weather[] = [];
  try {
    const backend = await keepAlive(async (port) => {
      const instance = await startInstance({ data: folder, database, port, codes, answerMs: 60, ttlMs: TTL_MS });
      return { port: Number(new URL(instance.url).port), kill: instance.kill };
    }, BACKEND_EVERY_MS);
    parts.push(backend);
    const progress = createProgress('verifications', count, process.stderr, Date.now);
    const learned: Learned[] = [];
    const later = new Map<string, readonly View[]>();
    const counters = await Promise.all(codes.map((code) => openCounter(folder, code, backend.port, parts, lines)));
    let begun = 0;
    await Promise.all(
      counters.map(async (counter) => {
        const learn = openTill(counter.url, KEY, DEADLINE_MS);
        const serve = async () => {
          while (begun++ < count) {
            const one = await learn();
            learned.push(one);
            counter.sales.push(one.sale);
            progress.step();
          }
        };
        await Promise.all(Array.from({ length: TILLS }, serve));
      }),
    );
    progress.end();
    for (const line of lines) line.clear();
    for (const part of parts) await part.calm();
    // Kiosks look again every half second.
    await sleep(4000);
    for (const { port, sales } of counters) {
      const till = createTill({ url: `http://127.0.0.1:${port()}`, key: KEY });
      for (const sale of sales) {
        const found = await till.findBySale(sale);
        if (found.ok) later.set(sale, found.value.verifications);
      }
    }
    const kills = parts.map((part) => part.kills());
    for (const part of parts) await part.end();
    const engine = await openEngine({ database, now: Date.now, report: (fault) => console.error(fault) });
    const verdict = await examine(engine, learned, CALL_LIMIT_MS, later);
    await engine.db.destroy();
    const mishaps = lines.reduce((sum, line) => sum + line.mishaps(), 0);
    const broken = { backends: kills[0]!, kiosks: kills.slice(1).reduce((a, b) => a + b, 0), lines: mishaps };
    return { verdict, broken };
  } finally {
    for (const line of lines) await line.close();
    for (const part of parts) await part.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One kiosk, with bad weather on either side of it. */
async function openCounter(folder: string, code: string, backend: number, parts: Immortal[], lines: Weather[]) {
  const behind = await openWeather(backend, SHARE);
  lines.push(behind);
  const options = {
    data: join(folder, code),
    backend: `http://127.0.0.1:${behind.port}`,
    code,
    till: createHash('sha256').update(KEY).digest('hex'),
    places: 1,
    consentMs: 20,
    refuses: 12,
  };
  const kiosk = await keepAlive((port) => startKiosk({ ...options, port }), KIOSK_EVERY_MS);
  parts.push(kiosk);
  const before = await openWeather(kiosk.port, SHARE);
  lines.push(before);
  return { url: `http://127.0.0.1:${before.port}`, port: () => kiosk.port, sales: [] as string[] };
}

function tell(verdict: Verdict, broken: Broken, details: boolean): boolean {
  const { asked, outcomes, lost, doubled, different, hanging } = verdict;
  const ended = Object.entries(outcomes).map(([state, count]) => `${count} ${state}`);
  console.log(`${asked} verifications: ${ended.join(', ')}`);
  console.log(`  killed: ${broken.kiosks} kiosks, ${broken.backends} backends; ${broken.lines} faults of the lines`);
  const bad = { lost, doubled, 'told otherwise than held': different, 'hanging past the deadline': hanging };
  console.log(
    `  ${Object.entries(bad)
      .map(([what, which]) => `${which.length} ${what}`)
      .join(', ')}`,
  );
  if (details)
    for (const [what, which] of Object.entries(bad)) for (const one of which) console.log(`  ${what}: ${one}`);
  return Object.values(bad).every(({ length }) => length === 0);
}

function readOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const {
      count = '1000',
      kiosks = '4',
      help,
      details,
    } = parseArgs({
      options: { count: text, kiosks: text, help: flag, details: flag },
    }).values;
    if (!/^[1-9]\d{0,5}$/.test(count)) throw new Error('--count needs a number');
    if (!/^[1-9]\d?$/.test(kiosks)) throw new Error('--kiosks needs a number');
    return { count: Number(count), kiosks: Number(kiosks), help, details };
  } catch (error) {
    console.error(`chaos:till: ${(error as Error).message}`);
    return undefined;
  }
}
