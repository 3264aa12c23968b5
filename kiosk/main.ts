import process from 'node:process';
import { parseArgs } from 'node:util';
import { run } from './commands/run.ts';
import { tills } from './commands/tills.ts';
import { readKioskConfig } from './config.ts';

const USAGE = `usage: npm run kiosk -- [COMMAND] --config kiosk.yaml
  (no command)      runs the kiosk
  --check           only says whether the configuration is right
  tills [list]      lists the tills that may ask this kiosk
  tills revoke ID   a paired till may not ask any more`;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const read = readArguments(argv);
  if (!read) return complain(USAGE, 2);
  const { path, check, command, words } = read;
  try {
    if (check) return sayRight(path);
    if (command === undefined) return await run(path);
    const code = command === 'tills' ? tills(path, words, say) : 2;
    return code === 2 ? complain(USAGE, 2) : code;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` [${String(error.code)}]` : '';
    complain(`${error instanceof Error ? error.message : String(error)}${code}`, 1);
    process.exit(1);
  }
}

function readArguments(argv: readonly string[]) {
  try {
    const options = { config: { type: 'string' }, check: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [command, ...words] = positionals;
    return values.config === undefined ? undefined : { path: values.config, check: values.check, command, words };
  } catch {
    return undefined;
  }
}

function sayRight(path: string): number {
  readKioskConfig(path);
  say(`${path}: right`);
  return 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}
