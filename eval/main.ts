import { appendFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { HardwareError } from '../hardware/contract.ts';
import { modelsDirectory } from '../models/build.ts';
import { loadCanonicalFace } from '../models/canonical.ts';
import { ModelError } from '../models/contract.ts';
import { openModels } from '../models/index.ts';
import { HELP, parseArguments, type Request } from './arguments.ts';
import { judgeBars } from './bars.ts';
import { EvaluationError } from './errors.ts';
import { measure } from './measure.ts';
import { createProgress } from './progress.ts';
import { formatJudgements, formatMeasured } from './report.ts';

const EXIT = { good: 0, barMissed: 1, unusable: 2 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const request = parseArguments(words);
  if (request.kind === 'help') console.log(HELP);
  if (request.kind === 'wrong') console.error(`eval: option-invalid: ${request.message}`);
  if (request.kind !== 'eval') return request.kind === 'help' ? EXIT.good : EXIT.unusable;
  try {
    return await evaluate(request);
  } catch (error) {
    const known = error instanceof EvaluationError || error instanceof HardwareError || error instanceof ModelError;
    if (!known) throw error;
    console.error(`eval: ${error.code}: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`);
    return EXIT.unusable;
  }
}

async function evaluate({ directory, check, json }: Extract<Request, { kind: 'eval' }>): Promise<number> {
  if (json !== undefined) await checkWritable(json);
  const models = await openModels({ directory: modelsDirectory() });
  try {
    const canonical = await loadCanonicalFace(modelsDirectory());
    const measured = await measure(directory, { models, canonical }, createProgress(process.stderr));
    const judgements = judgeBars(measured);
    const machine = describeMachine();
    console.log(`${machine.date}  ${machine.cpu} × ${machine.cores}, node ${machine.node}\n`);
    console.log(`${formatMeasured(measured)}\n\n${formatJudgements(judgements)}`);
    if (json !== undefined)
      await writeFile(json, `${JSON.stringify({ machine, ...measured, bars: judgements }, null, 2)}\n`);
    const missed = judgements.filter((each) => !each.met);
    if (check) for (const { says, bar } of missed) console.error(`eval: bar missed: ${says} ${bar}`);
    return check && missed.length > 0 ? EXIT.barMissed : EXIT.good;
  } finally {
    await models.close();
  }
}

/** Before a minute of work, not after it. */
async function checkWritable(path: string): Promise<void> {
  await appendFile(path, '').catch((error: NodeJS.ErrnoException) => {
    throw new EvaluationError('output-unwritable', `${path} cannot be written (${error.code ?? error.message})`);
  });
}

/** The only part of a run that differs from one to the next. */
function describeMachine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? 'unknown processor',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.versions.node,
  };
}
