import { HardwareError } from '../../hardware/contract.ts';
import { modelsDirectory } from '../../models/build.ts';
import { loadCanonicalFace } from '../../models/canonical.ts';
import { ModelError } from '../../models/contract.ts';
import { openModels } from '../../models/index.ts';
import { HELP, parseArguments } from './arguments.ts';
import { createObserver } from './observer.ts';
import { formatRow, formatSummary, type Row, type Summary } from './report.ts';
import { sourceOf } from './source.ts';
import { watch } from './watch.ts';

const EXIT = { good: 0, someUnreadable: 1, unusable: 2 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const request = parseArguments(words);
  if (request.kind === 'help') console.log(HELP);
  if (request.kind === 'wrong') console.error(`observe: option-invalid: ${request.message}`);
  if (request.kind !== 'observe') return request.kind === 'help' ? EXIT.good : EXIT.unusable;
  try {
    return await observeSource(request.source, request.json);
  } catch (error) {
    if (!(error instanceof HardwareError || error instanceof ModelError)) throw error;
    console.error(`observe: ${error.code}: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`);
    return EXIT.unusable;
  }
}

async function observeSource(path: string, json: boolean): Promise<number> {
  const source = await sourceOf(path);
  const directory = modelsDirectory();
  const canonical = await loadCanonicalFace(directory);
  const models = await openModels({ directory });
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  // `| head` closes the pipe: no reader, nothing left to do.
  process.stdout.on('error', () => stop.abort());
  const print = (row: Row | Summary, text: string) => console.log(json ? JSON.stringify(row) : text);
  try {
    const observer = createObserver(models, { canonical, independent: source.independent });
    const sinks = {
      row: (row: Row) => print(row, formatRow(row)),
      warn: (line: string) => console.error(`observe: ${line}`),
    };
    const summary = await watch(path, source, observer, sinks, stop.signal);
    print(summary, formatSummary(summary));
    return summary.unreadable > 0 ? EXIT.someUnreadable : EXIT.good;
  } finally {
    await models.close();
  }
}
