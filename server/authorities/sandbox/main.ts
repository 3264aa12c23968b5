import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { ConfigError, readYamlConfig } from '../../../config/yaml.ts';
import { modelsDirectory } from '../../../models/build.ts';
import { openModels } from '../../../models/index.ts';
import { portraitJpeg } from '../../../models/portraits.ts';
import { sandboxConfigSchema } from './config.ts';
import { listText, modesText, registerText } from './list.ts';
import { readPeople, registeredPortraits, type SandboxPerson, sandboxPeople } from './people.ts';
import { startSandbox } from './serve.ts';
import { openRegister } from './similarity.ts';

const USAGE = 'usage: npm run sandbox -- [--config sandbox.yaml] [--register] [--help]';

const help = (people: readonly SandboxPerson[]): string => `${USAGE}

Bank, police registry and insurer on one port, in the wire formats of the real ones, with signatures checked.
Every answer carries x-sandbox: 1, and a backend in production refuses it.

  --config FILE  see sandbox.example.yaml; without it every key has its default
  --register     prints the people below as the backend's list of people (its people:), and ends
  --help         this text

GET  /people   the people below as a page
GET  /control  how each authority behaves
POST /control  {"authority": "bank" | "police" | "insurer", "mode": MODE}
POST /bank/ /police/ /nhsa/*   the authorities

MODE is one of
${modesText()}

People
${listText(people)}
`;

/** The sandbox as a process: one JSON line "ready" with its address on stdout, ends cleanly on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { config: { type: 'string' }, register: flag, help: flag } });
  if (values.help) return void process.stdout.write(help(sandboxPeople()));
  const config = values.config ? readYamlConfig(values.config, sandboxConfigSchema) : sandboxConfigSchema.parse({});
  if (config instanceof ConfigError) throw config;
  const people = config.people ? readPeople(resolve(dirname(values.config ?? '.'), config.people)) : sandboxPeople();
  if (values.register) return void process.stdout.write(registerText(people));
  // Written at once: a line that waits when its reader is gone would keep the process from ending.
  const log = pino({ base: { part: 'sandbox' } }, pino.destination({ fd: 1, sync: true }));
  const directory = modelsDirectory(config.models);
  const models = await openModels({ directory });
  const compare = await openRegister(models, registeredPortraits(people), (name) => portraitJpeg(name, directory));
  const { listen, credentials, down, slowMs } = config;
  const sandbox = await startSandbox({
    ...listen,
    credentials,
    down,
    slowMs,
    compare,
    people,
    now: Date.now,
  });
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    await sandbox.close();
    await models.close();
    log.info({ signal }, 'stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  // Whoever started us through a channel and is gone cannot stop us any more.
  process.on('disconnect', () => void stop('parent gone'));
  process.channel?.unref();
  if (process.connected === false) void stop('parent gone');
  log.info({ url: sandbox.url }, 'ready');
}

main().catch((error: unknown) => {
  const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
  console.error(`the sandbox cannot start${code}: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 1;
});
