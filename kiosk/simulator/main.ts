/** `npm run simulator`: a kiosk for till developers. */
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';
import { help, parseArguments, type Request } from './arguments.ts';
import { startSimulator } from './stack.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const request = parseArguments(process.argv.slice(2));
if (request.kind === 'help') console.log(help());
else if (request.kind === 'wrong') {
  console.error(`simulator: ${request.message}`);
  process.exitCode = 2;
} else await run(request);

async function run({ kind: _, data, ...request }: Extract<Request, { kind: 'run' }>): Promise<void> {
  try {
    const onCode = (code: string, till: string) =>
      console.log(`pairing code for "${till}":  ${code.slice(0, 3)} ${code.slice(3)}`);
    const simulator = await startSimulator(ROOT, { ...request, data: resolve(ROOT, data), log: createLog(), onCode });
    console.log(`Kiosk simulator at ${simulator.url}`);
    console.log(`What a sale reference makes happen: ${simulator.url}/simulator, or npm run simulator -- --help`);
    console.log('Pair a till:  npm run till -- pair --url', simulator.url);
    stopOnSignal(simulator.close);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? `port ${request.port} is in use: choose another with --port` : message;
    console.error(`simulator: ${why}`);
    process.exit(1);
  }
}

/** What a till developer wants to see happen, in plain lines. */
function createLog(): Log {
  const say = (fields: object, message: string) => {
    const told = Object.entries(fields).map(
      ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    );
    console.log([message, ...told].join('  '));
  };
  return { info: say, warn: say, error: say };
}

function stopOnSignal(close: () => Promise<void>): void {
  const stop = () => void close().finally(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  process.once('disconnect', stop);
  process.channel?.unref();
  if (process.connected === false) stop();
}
