/** The backend as a process: `node server/main.ts --config server.yaml`. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import type { Logger } from 'pino';
import { ConfigError, readYamlConfig } from '../config/yaml.ts';
import { drawPlan, judge } from '../liveness/index.ts';
import { modelsDirectory } from '../models/build.ts';
import { AuthorityError } from './authorities/error.ts';
import { openAuthorities, refuseSandbox } from './authorities/index.ts';
import { type Backend, openBackend } from './backend.ts';
import { REAL_WORLD } from './clock.ts';
import { configSchema, type ServerConfig } from './config.ts';
import { addressOf } from './db/config.ts';
import { ServerError } from './error.ts';
import { msOfDays } from './keep/config.ts';
import { createLog, LEVELS } from './log.ts';
import { modelsIn, whyUnready } from './models.ts';
import { importPeople } from './people/import.ts';
import { askedInTheClear, refuseUnsafe } from './production.ts';

/** Decisions under way get this long to finish, milliseconds. */
const GRACE_MS = 5000;
/** Signals this near to the first one are the same request, milliseconds. */
const SAME_MOMENT_MS = 500;

/** Connections at a time (a kiosk holds two or three), and milliseconds for a request's head, and for all of it. */
const CONNECTIONS = 20_000;
const SLOW = { headersTimeout: 10_000, requestTimeout: 60_000 } as const;

const usage = 'usage: npm run server -- --config server.yaml (server/server.example.yaml has every setting)';

try {
  await main();
} catch (error) {
  if (!isExpected(error)) throw error;
  console.error(`server: ${error.code}: ${error.message}`);
  process.exitCode = 1;
}

function isExpected(error: unknown): error is ConfigError | ServerError | AuthorityError {
  return error instanceof ConfigError || error instanceof ServerError || error instanceof AuthorityError;
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(usage);
  const file = configArgument();
  if (file === undefined) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const config = readYamlConfig(file, configSchema);
  if (config instanceof ConfigError) throw config;
  refuseUnsafe(config);
  await refuseSandbox(config.mode, config.authorities);
  const log = createLog(LEVELS.find((level) => level === process.env.LOG_LEVEL) ?? config.log.level);
  for (const authority of askedInTheClear(config)) log.warn({ authority }, 'asked without TLS, across a network');
  const folder = dirname(resolve(file));
  const backend = await open(config, folder, log);
  try {
    if (config.people) {
      const people = await importPeople(resolve(folder, config.people), { ...backend, world: REAL_WORLD });
      if (people instanceof ConfigError) throw people;
      log.info({ people }, 'people imported');
    }
    const server = await listen(backend, config.listen);
    stopOnSignal(server, backend, log);
    const { address, family, port } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    log.info({ ready: true, url: `http://${host}:${port}` }, 'ready');
  } catch (error) {
    await backend.stop(0);
    throw error;
  }
}

function configArgument(): string | undefined {
  try {
    return parseArgs({ options: { config: { type: 'string' } } }).values.config;
  } catch {
    return undefined;
  }
}

async function open(config: ServerConfig, folder: string, log: Logger): Promise<Backend> {
  const models = modelsIn(modelsDirectory(config.models && resolve(folder, config.models)));
  const why = await whyUnready(models);
  if (why) log.warn({ why }, 'without models every verification ends as unavailable');
  return openBackend({
    data: resolve(folder, config.data),
    database: addressOf(config.database, { config: folder, data: resolve(folder, config.data) }, process.env),
    migrate: config.database.engine === 'sqlite' ? 'auto' : config.database.migrate,
    ttlMs: config.ttlMs,
    assistedMs: config.assistedMs,
    attempts: config.attempts,
    reopenMs: config.reopenMs,
    appealMs: msOfDays(config.appeals.keepDays),
    purposes: config.policy.purposes,
    authorityLimitMs: config.authorityLimitMs,
    codes: config.enrolment.codes,
    retention: config.retention,
    ...(config.keys.atRest === undefined ? {} : { atRestKeys: resolve(folder, config.keys.atRest) }),
    openAuthorities: (shared) => openAuthorities(config.authorities, { ...REAL_WORLD, folder, ...shared }),
    models,
    world: REAL_WORLD,
    drawPlan,
    judge,
    ...(config.metrics.token === undefined ? {} : { metricsToken: config.metrics.token }),
    access: (line) => log.info(line, 'request'),
    fault: (err, what) => log.error({ err, what }, 'fault'),
  });
}

function listen(backend: Backend, { host, port }: ServerConfig['listen']): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: backend.app.fetch, hostname: host, port, serverOptions: SLOW }, () =>
      resolve(server),
    ) as Server;
    server.maxConnections = CONNECTIONS;
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `listen: ${host}:${port} cannot be listened on (${cause.code ?? cause.message})`;
      reject(new ServerError('listen-failed', message, { cause }));
    });
  });
}

/**
 * The first signal ends everything in order; a later one ends it at once. Those of the same moment are one Ctrl-C that
 * came by several ways.
 */
function stopOnSignal(server: Server, backend: Backend, log: Logger): void {
  let since: number | undefined;
  const stop = async (signal: string) => {
    if (since !== undefined) return performance.now() - since > SAME_MOMENT_MS ? process.exit(1) : undefined;
    since = performance.now();
    log.info({ signal }, 'stopping');
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await backend.stop(GRACE_MS, closed);
    server.closeAllConnections();
    await closed;
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  // Whoever started us through a channel and is gone cannot stop us any more.
  process.on('disconnect', () => void stop('parent gone'));
  process.channel?.unref();
  if (process.connected === false) void stop('parent gone');
}
