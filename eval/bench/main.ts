/** `npm run bench`: how fast this project is beside its peers, and what it costs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { modelsDirectory } from '../../models/build.ts';
import { HELP, parseArguments, type Request } from './arguments.ts';
import { judgeBars, type Measured } from './bars.ts';
import type { Film } from './film.ts';
import { type Lane, openLane } from './lane.ts';
import { measureAllocations, measureKiosk, measureProfile, measureStarts } from './probes.ts';
import { type Outcome, race } from './race.ts';
import { recordReal, recordSession } from './record.ts';
import { formatCosts, formatJudgement, formatOutcomes } from './report.ts';
import { type LaneName, ROWS } from './rows.ts';

type Bench = Extract<Request, { kind: 'bench' }>;

const VIDEOS = join(import.meta.dirname, '..', '..', '..', 'shared', 'eval', 'videos');
const REAL = ['turns_live.mov', 'turn_up_live_1080p.mp4'] as const;
/** Real films are for comparison of what depends on the picture. */
const REAL_ROWS = ['frame', 'pad', 'following', 'jpeg'];
const AMOUNTS = {
  whole: { recorded: 180, frames: 120, evidence: 40, real: 60, kioskSeconds: 20, starts: 3, profiled: 300 },
  quick: { recorded: 60, frames: 30, evidence: 6, real: 0, kioskSeconds: 5, starts: 1, profiled: 100 },
} as const;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const request = parseArguments(words);
  if (request.kind === 'help') console.log(HELP);
  if (request.kind === 'wrong') console.error(`bench: ${request.message}`);
  if (request.kind !== 'bench') return request.kind === 'help' ? 0 : 2;
  const folder = mkdtempSync(join(tmpdir(), 'liveness-bench-'));
  try {
    return await bench(request, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bench(request: Bench, folder: string): Promise<number> {
  const amounts = AMOUNTS[request.quick ? 'quick' : 'whole'];
  const began = performance.now();
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  const date = new Date().toISOString();
  console.log(`${machine}, ${date}`);
  const films = await record(folder, amounts);
  const lanes = await openLanes();
  const memory: Record<string, number> = {};
  const outcomes: Outcome[] = [];
  try {
    for (const lane of Object.values(lanes)) console.log(`${lane.name}: ${lane.about}`);
    for (const [index, film] of films.entries())
      for (const row of ROWS.filter(({ id }) => index === 0 || REAL_ROWS.includes(id))) {
        const slow = row.id === 'evidence' || row.id === 'embedding';
        const count = index > 0 ? Math.min(amounts.real, film.frames.length) : slow ? amounts.evidence : amounts.frames;
        progress(`${film.name}: ${row.id}`);
        outcomes.push(await race(row, film, lanes, count));
      }
    for (const [name, lane] of Object.entries(lanes)) memory[name] = await lane.memory();
  } finally {
    for (const lane of Object.values(lanes)) await lane.close();
  }
  const measured = await probe(films[0]!, folder, outcomes, amounts);
  const bars = judgeBars(measured);
  progress('');
  console.log(`\n${formatOutcomes(outcomes)}\n\n${formatCosts(measured, memory)}\n`);
  for (const bar of bars) console.log(formatJudgement(bar));
  console.log(`${bars.filter(({ met }) => met).length} of ${bars.length} bars met; ${seconds(began)} s`);
  const about = Object.fromEntries(Object.values(lanes).map((lane) => [lane.name, lane.about]));
  if (request.json)
    writeFileSync(request.json, `${JSON.stringify({ machine, date, about, ...measured, memory, bars }, null, 2)}\n`);
  const missed = bars.filter(({ met }) => !met);
  if (!request.check) return 0;
  for (const bar of missed) console.error(`bench: bar missed: ${bar.says}: ${bar.value.toFixed(1)}, bar ${bar.bar}`);
  return missed.length === 0 ? 0 : 1;
}

async function record(folder: string, amounts: (typeof AMOUNTS)[keyof typeof AMOUNTS]): Promise<Film[]> {
  progress('filming the simulated person');
  const films = [await recordSession(folder, modelsDirectory(), amounts.recorded)];
  for (const name of amounts.real > 0 ? REAL : []) {
    progress(`reading ${name}`);
    const film = await recordReal(folder, join(VIDEOS, name), amounts.real);
    if (film) films.push(film);
    else console.log(`${name} is left out: it needs ../shared/eval and ffmpeg (apt-get install ffmpeg)`);
  }
  return films;
}

async function openLanes(): Promise<Record<LaneName, Lane>> {
  progress('warming the contestants up');
  return {
    ours: await openLane('this project', 'ours.ts'),
    human: await openLane('human', 'human.ts', ['every']),
    'human-following': await openLane('human-following', 'human.ts', ['following']),
    'face-api': await openLane('face-api', 'face-api.ts'),
  };
}

async function probe(
  film: Film,
  folder: string,
  outcomes: readonly Outcome[],
  amounts: (typeof AMOUNTS)[keyof typeof AMOUNTS],
): Promise<Measured> {
  progress('starts');
  const starts = await measureStarts(film, folder, amounts.starts);
  progress('profile');
  const profile = await measureProfile(film, amounts.profiled);
  const allocations = await measureAllocations(film, amounts.profiled);
  progress('the kiosk at its pace');
  const kiosk = await measureKiosk(film, amounts.kioskSeconds);
  return { outcomes, starts, profile, allocations, kiosk };
}

/** What goes on, on one line that the next one overwrites; nothing where nobody watches. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 1000);
}
