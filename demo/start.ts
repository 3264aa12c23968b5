/** `npm start`: the whole product, kept up: backend, sandbox authorities, kiosk with a simulated person. */
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { sandboxPeople } from '../server/authorities/sandbox/index.ts';
import { CARDHOLDER, readScenario } from './scenario.ts';
import { startStack } from './stack.ts';

const USAGE = `usage: npm start -- [--camera FILE|/dev/videoN] [--data FOLDER] [--screen-port N] [--till-port N] [--backend-port N]`;

const options = readOptions();
const scenario = readScenario(options.camera === undefined ? [] : ['--camera', options.camera]);
if ('error' in scenario) usage(scenario.error);

const leave = new Promise<string>((resolve) => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => resolve(''));
});
console.log('Starting backend, sandbox authorities and kiosk…');
const starting = startStack({ data: options.data, camera: scenario.camera, ports: options.ports });
const first = await Promise.race([starting, leave]).catch((error: unknown) => quit(error));
if (typeof first !== 'string') {
  announce(first.screen, first.till, first.backend);
  const why = await Promise.race([first.died, leave]);
  if (why !== '') console.error(why);
  process.exitCode = why === '' ? 0 : 1;
}
console.log('Stopping…');
await starting.then((stack) => stack.stop()).catch(() => undefined);
console.log('Stopped.');

function announce(screen: string, till: string, backend: string): void {
  const person = sandboxPeople().find(({ key }) => key === CARDHOLDER);
  console.log(`
  kiosk screen  ${screen}
  till page     ${till}
  backend       ${backend}

Open the till page, ask for ${person?.idNumber} (a sandbox person), and consent on the kiosk screen.
${options.camera === undefined ? 'A simulated person stands before the camera and follows the prompts. ' : ''}Ctrl-C ends every part.`);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        camera: { type: 'string' },
        data: { type: 'string', default: '.data' },
        'screen-port': { type: 'string', default: '8090' },
        'till-port': { type: 'string', default: '8080' },
        'backend-port': { type: 'string', default: '8070' },
      },
    });
    const ports = {
      screen: port(values['screen-port']),
      till: port(values['till-port']),
      backend: port(values['backend-port']),
    };
    return { camera: values.camera, data: resolve(values.data), ports };
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new Error(`"${text}" is no port (0 to 65535)`);
  return Number(text);
}

function usage(message: string): never {
  console.error(`${message}\n${USAGE}`);
  process.exit(2);
}

function quit(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
