import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Observation, Plan, Verdict } from '../liveness/contract.ts';
import { type AppDeps, createApp } from './app.ts';
import type { Authority } from './authorities/contract.ts';
import { type BankTries, createThrottle, peopleOf } from './authorities/index.ts';
import type { World } from './clock.ts';
import type { DatabaseAddress } from './db/engine.ts';
import { openStore, type Store } from './db/store.ts';
import { createJobs } from './decide/jobs.ts';
import { POLICY_VERSION } from './decide/policy.ts';
import { startResuming } from './decide/resume.ts';
import { ServerError } from './error.ts';
import { type Retention, retentionSchema } from './keep/config.ts';
import { startRetention } from './keep/retention.ts';
import { openKeys } from './keys/keys.ts';
import { createMetrics } from './metrics/metrics.ts';
import { type LazyModels, whyUnready } from './models.ts';
import { insurerSource, type PeopleSource, REGISTER_ONLY } from './people/source.ts';
import { openVault, type Vault } from './people/vault.ts';
import { signReceipt } from './receipts/receipt.ts';
import { createBus } from './verification/bus.ts';
import type { ServiceDeps } from './verification/deps.ts';
import { startSweep } from './verification/sweep.ts';

/** How long a decision is its process's own without a word from it, and how often others look, milliseconds. */
const LEASE_MS = 5000;
const RESUME_MS = 1000;
/** How often old data is looked for, milliseconds. */
const RETAIN_MS = 30_000;

export type BackendOptions = {
  /** Folder of database and keys; made when it is not there. */
  readonly data: string;
  /** The embedded one in `data` unless told otherwise. */
  readonly database?: DatabaseAddress;
  /** `manual`: tables that are not up to date are refused. */
  readonly migrate?: 'auto' | 'manual';
  readonly ttlMs: number;
  /** How much longer a round lives that is assisted, milliseconds. */
  readonly assistedMs: number;
  readonly attempts: number;
  /** How long an ending can be retried or appealed, milliseconds. */
  readonly reopenMs: number;
  /** How long what an appeal needs is kept, milliseconds. */
  readonly appealMs: number;
  /** What each purpose asks for. */
  readonly purposes: ServiceDeps['purposes'];
  /** Where people are looked up who are not in the register; an authority that knows people, unless told otherwise. */
  readonly source?: PeopleSource;
  readonly authorityLimitMs: number;
  readonly codes: readonly string[];
  /** Opened with what all processes on the database share. */
  readonly openAuthorities: (shared: SharedByAuthorities) => readonly Authority[];
  readonly models: LazyModels;
  readonly world: World;
  readonly drawPlan: ServiceDeps['drawPlan'];
  readonly judge: (plan: Plan, transcript: readonly Observation[]) => Verdict;
  readonly access: AppDeps['access'];
  /** See `MetricsDeps`. */
  readonly metricsToken?: string;
  /** A fault that nobody was told of otherwise. `what` says where. */
  readonly fault: (error: unknown, what: string) => void;
  /** How often overdue verifications are looked for, milliseconds. */
  readonly sweepMs?: number;
  /** A decision whose process is silent for this long is taken up by another, milliseconds. */
  readonly leaseMs?: number;
  /** A file of its own for the keys at rest. */
  readonly atRestKeys?: string;
  /** How long is kept what is over; the configuration's defaults unless told otherwise. */
  readonly retention?: Retention;
};

/** What an authority may need of the database. */
export type SharedByAuthorities = { readonly bankTries: BankTries };

export type Backend = {
  readonly app: ReturnType<typeof createApp>;
  readonly store: Store;
  readonly vault: Vault;
  /**
   * Closes the streams with a hint when to come back, waits until the requests under way are answered (`drained`) and
   * their decisions made, each for `limitMs` at most, and closes the database.
   */
  stop(limitMs: number, drained?: Promise<unknown>): Promise<void>;
};

/** Everything but the socket: opens the data folder, starts the sweep, gives the app. @throws ServerError */
export async function openBackend(options: BackendOptions): Promise<Backend> {
  const { world, models } = options;
  makeFolder(options.data);
  const keys = openKeys(options.data, world, options.atRestKeys);
  // Made now if there are none: not in the middle of a verification.
  keys.atRest.current('people');
  const vault = openVault(keys.people, world, keys.atRest);
  const store = await openStore({
    database: options.database ?? { engine: 'sqlite', path: join(options.data, 'backend.sqlite') },
    ...(options.migrate ? { migrate: options.migrate } : {}),
    world,
    auditKey: keys.audit,
    report: (error) => options.fault(error, 'database'),
  });
  const bankTries = { throttle: createThrottle(store.throttles, world), fingerprint: vault.fingerprint };
  const authorities = options.openAuthorities({ bankTries });
  const insurer = peopleOf(authorities);
  const unready = () => whatIsMissing(store, models);
  const metrics = createMetrics(performance.now.bind(performance), async () =>
    (await unready()) === undefined ? 1 : 0,
  );
  const bus = createBus(store.openNotices);
  const stopping = new AbortController();
  const { attempts, ttlMs, assistedMs, reopenMs, appealMs } = options;
  const change = {
    store,
    world,
    rules: { attempts, ttlMs, assistedMs, reopenMs },
    appealMs,
    policy: POLICY_VERSION,
    announce: bus.announce,
    ended: metrics.ended,
    sign: (receipt: Parameters<typeof signReceipt>[0]) => signReceipt(receipt, keys.receipt),
  };
  const jobs = createJobs({
    ...change,
    judge: options.judge,
    models: models.get,
    authorities: authorities.map(metrics.watched),
    limitMs: options.authorityLimitMs,
    leaseMs: options.leaseMs ?? LEASE_MS,
    report: (error, verification) => options.fault(error, `decision of ${verification}`),
  });
  const stopSweep = startSweep(change, options.sweepMs ?? 1000, (error) => options.fault(error, 'sweep'));
  const sealing = { ring: keys.atRest, random: world.random };
  const report = (error: unknown) => options.fault(error, 'decisions left by others');
  const stopResuming = startResuming({ ...change, ...sealing, vault, jobs }, RESUME_MS, report);
  const stopRetention = startRetention(store, options.retention ?? retentionSchema.parse({}), RETAIN_MS, (error) =>
    options.fault(error, 'retention'),
  );
  const app = createApp({
    ...change,
    ...options,
    vault,
    source: options.source ?? (insurer ? insurerSource(insurer) : REGISTER_ONLY),
    lookupMs: options.authorityLimitMs,
    keepMs: ttlMs,
    bus,
    ...sealing,
    holder: jobs.holder,
    leaseMs: jobs.leaseMs,
    // As they stand at each use: a rotation needs no restart.
    get evidenceKeys() {
      return keys.evidence;
    },
    get jwks() {
      return keys.jwks;
    },
    start: jobs.start,
    abandon: jobs.abandon,
    stopping: stopping.signal,
    unready,
    metrics,
    streamOpened: metrics.streamOpened,
    access: (line) => {
      metrics.request(line);
      options.access(line);
    },
    fault: (error) => {
      metrics.fault('request');
      options.fault(error, 'request');
    },
  });
  const stop: Backend['stop'] = async (limitMs, drained = Promise.resolve()) => {
    stopping.abort();
    await stopSweep();
    await stopResuming();
    await stopRetention();
    await Promise.race([drained, setTimeout(limitMs, undefined, { ref: false })]);
    await jobs.settle(limitMs);
    await bus.close();
    await store.close();
    await models.close();
  };
  return { app, store, vault, stop };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new ServerError('data-folder-unusable', `data: ${folder} cannot be made (${why})`, { cause });
  }
}

/** Why nobody can be verified now, in a word; undefined when all is there. */
async function whatIsMissing(store: Store, models: LazyModels): Promise<string | undefined> {
  const there = await store.ping().then(
    () => true,
    () => false,
  );
  return there ? whyUnready(models) : 'database';
}
