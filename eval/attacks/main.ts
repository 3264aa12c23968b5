import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { modelsDirectory } from '../../models/build.ts';
import { HELP, parseArguments, type Request } from './arguments.ts';
import { KINDS } from './attacks.ts';
import type { Job } from './jobs.ts';
import { recordLibrary } from './library.ts';
import { openPool } from './pool.ts';
import { createProgress } from './progress.ts';
import { formatDetails, formatTable, missed, summarise } from './report.ts';
import { jobsOf, schedule } from './schedule.ts';
import type { Result } from './trial.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const request = parseArguments(words);
  if (request.kind === 'help') console.log(HELP);
  if (request.kind === 'wrong') console.error(`eval:attacks: ${request.message}`);
  if (request.kind !== 'run') return request.kind === 'help' ? 0 : 2;
  const unknown = request.only.find((id) => !KINDS.some((kind) => kind.id === id));
  if (unknown !== undefined) {
    console.error(`eval:attacks: there is no kind ${unknown}; there are ${KINDS.map((kind) => kind.id).join(', ')}`);
    return 2;
  }
  return measure(request);
}

async function measure(request: Extract<Request, { kind: 'run' }>): Promise<number> {
  const began = performance.now();
  const kinds = KINDS.filter((kind) => request.only.length === 0 || request.only.includes(kind.id));
  const planned = schedule(kinds, request.count, request.seed, request.composed, request.assistance);
  const cores = availableParallelism();
  const pool = openPool(cores, modelsDirectory());
  try {
    const recipes = [...planned.people, ...[...planned.own.values()].flat()];
    const recording = createProgress('scenes recorded', recipes.length, process.stderr, Date.now);
    const library = await recordLibrary(recipes, pool, request.takes, recording.step);
    recording.end();
    const jobs = jobsOf(planned, library, request.seed, request.assistance);
    const size = (job: Job) => (job.task === 'compose' ? job.seeds.length : 1);
    const sessions = createProgress(
      'sessions',
      jobs.reduce((sum, job) => sum + size(job), 0),
      process.stderr,
      Date.now,
    );
    const answers = await pool.run(jobs, (job) => {
      for (let i = 0; i < size(job); i++) sessions.step();
    });
    sessions.end();
    const results = answers.flatMap((answer) => ('results' in answer ? answer.results : []));
    return await report(request, kinds, results, recipes.length, performance.now() - began);
  } finally {
    await pool.close();
  }
}

async function report(
  request: Extract<Request, { kind: 'run' }>,
  kinds: typeof KINDS,
  results: readonly Result[],
  scenes: number,
  elapsedMs: number,
): Promise<number> {
  const lines = summarise(kinds, results);
  const pixels = results.filter((one) => one.way === 'pixels').length;
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores`;
  console.log(`${formatTable(lines)}\n`);
  if (request.details) console.log(`${formatDetails(kinds, results)}\n`);
  const { user, system } = process.cpuUsage();
  const processorMs = (user + system) / 1000;
  console.log(
    `${results.length} sessions in ${(elapsedMs / 1000).toFixed(0)} s (seed ${request.seed}): ${pixels} with every picture rendered and` +
      ` looked at by the models (full), the others composed from ${scenes} scenes that were recorded so. ${machine};` +
      ` processor time ${(processorMs / 1000).toFixed(0)} s.`,
  );
  const failures = missed(lines);
  if (request.json) {
    const document = {
      machine,
      date: new Date().toISOString(),
      seed: request.seed,
      scenes,
      elapsedMs,
      processorMs,
      lines,
      results,
    };
    await writeFile(request.json, JSON.stringify({ ...document, missed: failures }, null, 1));
  }
  for (const failure of failures) console.log(`missed: ${failure}`);
  return request.check && failures.length > 0 ? 1 : 0;
}
