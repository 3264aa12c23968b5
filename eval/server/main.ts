/** `npm run bench:server`: what a verification costs the backend. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createProgress } from '../attacks/progress.ts';
import { measure } from './measure.ts';
import { formatFigures, formatJudged, judgeFigures } from './report.ts';

const HELP = `usage: npm run bench:server [-- --check] [--json FILE] [--quick]

Measures verifications a second, their times, what a million stored rows change, and ten thousand event streams, against
a route that does nothing and a bare durable commit in the same run. Authorities answer at once; the face is not scored.
PostgreSQL is measured where it is installed (apt-get install postgresql).

--check      exit code 1 and a line for each bar that is missed
--json FILE  every figure
--quick      a tenth of everything: to see that it runs`;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined || options.help) {
    console.log(HELP);
    return options ? 0 : 2;
  }
  const share = options.quick ? 0.1 : 1;
  const progress = (title: string, total: number) => createProgress(title, total, process.stderr, Date.now);
  const figures = await measure({
    each: Math.ceil(60 * share),
    clients: 16,
    rows: 1_000_000 * share,
    streams: 10_000 * share,
    progress,
  });
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores`;
  const at = new Date().toISOString();
  const judged = judgeFigures(figures);
  console.log(
    `${machine}, Node ${process.versions.node}, ${at}\n\n${formatFigures(figures)}\n\n${formatJudged(judged)}`,
  );
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, at, figures, judged }, undefined, 2)}\n`);
  return options.check && judged.some(({ met }) => !met) ? 1 : 0;
}

function readOptions() {
  try {
    const flag = { type: 'boolean' } as const;
    return parseArgs({ options: { check: flag, quick: flag, help: flag, json: { type: 'string' } } }).values;
  } catch (error) {
    console.error(`bench:server: ${(error as Error).message}`);
    return undefined;
  }
}
