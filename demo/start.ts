/** `npm start`: the whole product, kept up: backend, sandbox authorities, kiosk with a simulated person. */
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { sandboxPeople } from '../server/authorities/sandbox/index.ts';
import { onLeave } from './leave.ts';
import { whyPortsUnusable } from './ports.ts';
import { CARDHOLDER, readScenario, whereFrom } from './scenario.ts';
import { whyUnusable } from './source.ts';
import { startStack } from './stack.ts';

/** The folder that is used when none is named: in the project, wherever npm was called. */
const OWN_DATA = resolve(import.meta.dirname, '..', '.data');
const USAGE = `usage: npm start -- [--camera FILE|/dev/videoN] [--data FOLDER] [--screen-port N] [--till-port N] [--backend-port N]`;

const options = readOptions();
const scenario = readScenario(options.camera === undefined ? [] : ['--camera', options.camera], whereFrom());
if ('error' in scenario) usage(scenario.error);
const { screen, till, backend } = options.ports;
const blind = whyUnusable(scenario.camera, process.env.PATH);
if (blind) quit(blind, 2);
const taken = await whyPortsUnusable({ 'screen-port': screen, 'till-port': till, 'backend-port': backend });
if (taken) quit(taken);

const stop = new AbortController();
const leave = new Promise<string>((resolve) => {
  onLeave(() => {
    stop.abort(new Error('stopped'));
    resolve('');
  });
});
console.log('Starting backend, sandbox authorities and kiosk…');
const starting = startStack({
  data: options.data,
  camera: scenario.camera,
  ports: options.ports,
  signal: stop.signal,
});
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
        data: { type: 'string' },
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
    return {
      camera: values.camera,
      data: values.data === undefined ? OWN_DATA : resolve(whereFrom(), values.data),
      ports,
    };
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

function quit(why: unknown, code = 1): never {
  console.error(why instanceof Error ? why.message : String(why));
  process.exit(code);
}
