/** `npm run till`: a till on the command line. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { HELP, type Options, readArguments } from './command/arguments.ts';
import { runCommand } from './command/run.ts';
import { openState } from './command/state.ts';

const options = readArguments(process.argv.slice(2));
if (options === undefined) console.log(HELP);
else if (typeof options === 'string') {
  console.error(`till: ${options} (--help says more)`);
  process.exitCode = 2;
} else process.exitCode = await main(options);
// Whoever started us through a channel may still hold it.
process.channel?.unref();
process.exit();

async function main(given: Options): Promise<number> {
  // npm starts it elsewhere than where the words were typed.
  const here = (path: string) => resolve(process.env.INIT_CWD ?? process.cwd(), path);
  const folder = here(given.state ?? process.env.LIVENESS_TILL ?? join(homedir(), '.liveness-till'));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  try {
    return await runCommand(given.jwks ? { ...given, jwks: here(given.jwks) } : given, {
      state: openState(folder),
      say(text, object) {
        if (given.json) console.log(JSON.stringify(object));
        else if (text) console.log(text);
      },
      complain: (text) => console.error(`till: ${text}`),
      ask,
      signal: stop.signal,
    });
  } catch (error) {
    console.error(`till: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function ask(question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('SIGINT', () => terminal.close());
  try {
    const line = await Promise.race([terminal.question(question), ended(terminal)]);
    return line?.trim() || undefined;
  } finally {
    terminal.close();
  }
}

function ended(terminal: ReturnType<typeof createInterface>): Promise<undefined> {
  return new Promise((resolve) => void terminal.once('close', () => resolve(undefined)));
}
