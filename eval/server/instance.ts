/** One backend process of a measurement: the real backend and socket; authorities that answer at once, no face models. */
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { serve } from '@hono/node-server';
import { drawPlan } from '../../liveness/index.ts';
import { openBackend } from '../../server/backend.ts';
import { REAL_WORLD } from '../../server/clock.ts';
import type { DatabaseAddress } from '../../server/db/engine.ts';
import { lazyModels } from '../../server/models.ts';
import { addPeople, saying } from '../../server/testing/backend.ts';
import { LIVE, seeing } from '../../server/testing/faces.ts';

export type InstanceOptions = {
  readonly data: string;
  readonly database: DatabaseAddress;
  /** 0 takes a free one. */
  readonly port: number;
  readonly codes: readonly string[];
  /** How long the authorities take, milliseconds. */
  readonly answerMs: number;
  readonly ttlMs: number;
};

/** What an instance tells whoever started it. */
export type InstanceSays = { readonly port: number } | { readonly heldMb: number; readonly cpuMs: number };

const options = JSON.parse(process.argv[2] ?? '{}') as InstanceOptions;
const authorities = (['bank', 'police', 'insurer'] as const).map((name) => saying(name, {}, options.answerMs));

const backend = await openBackend({
  ...options,
  attempts: 3,
  assistedMs: 0,
  reopenMs: 60_000,
  appealMs: 60_000,
  purposes: { purchase: { required: ['bank', 'police', 'insurer'], assistance: [] } },
  authorityLimitMs: 4000,
  openAuthorities: () => authorities,
  models: lazyModels(async () => seeing()),
  world: REAL_WORLD,
  drawPlan,
  judge: () => LIVE,
  access: () => undefined,
  fault: (error, what) => console.error(what, error),
});
await addPeople(backend);
// Beside the backend, for comparison: what a route costs that does nothing.
backend.app.get('/nothing', () => new Response('ok'));
const server = serve({ fetch: backend.app.fetch, hostname: '127.0.0.1', port: options.port }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', (asked) => {
  if (asked !== 'used') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ heldMb: process.memoryUsage().rss / 2 ** 20, cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => process.exit(0));
