import { randomBytes } from 'node:crypto';
import { loadDeviceKey } from '../backend/device-key.ts';
import { systemClock } from '../clock.ts';
import { isLoopback, type KioskConfig, kioskConfigSchema } from '../config.ts';
import type { Log } from '../log.ts';
import { ensurePages } from '../pages/build/ensure.ts';
import { readBuiltPage } from '../pages/built.ts';
import type { Page } from '../pages/serve.ts';
import { createScreenHub } from '../screen/hub.ts';
import { announce } from '../till/announce.ts';
import { loadCertificate } from '../till/certificate.ts';
import { type Door, openDoor } from '../till/door.ts';
import { openCounter } from './counter.ts';
import { describePage } from './page.ts';
import { createReceipts } from './receipts.ts';
import { openValve } from './valve.ts';

export type SimulatorOptions = {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Folder for what must survive a restart. */
  readonly data: string;
  /** Share of the usual time that everything takes: 0.1 is ten times as fast. */
  readonly pace: number;
  /** How long a round lives, milliseconds. */
  readonly lifetimeMs: number;
  readonly serial?: string;
  readonly log: Log;
  /** The code of a pairing, for whoever reads the terminal. */
  readonly onCode: (code: string, till: string) => void;
};

export type Simulator = {
  readonly url: string;
  /** Pin of the certificate; empty without TLS. */
  readonly pin: string;
  readonly jwks: object;
  close(): Promise<void>;
};

/** Milliseconds between two looks at what was left open. */
const RECOVER_MS = 5000;

/** The kiosk's own desk, store, pairing and interface; only the backend, the person and the line are played. */
export async function startSimulator(root: string, options: SimulatorOptions): Promise<Simulator> {
  const { log, pace, lifetimeMs } = options;
  const config = toConfig(options);
  const key = await loadDeviceKey(options.data);
  const pin = options.tls ? (await loadCertificate(options.data, systemClock.epoch())).fingerprint : '';
  const receipts = createReceipts(key.privateKey, key.publicJwk);
  const hub = createScreenHub(config.store.name, 1000);
  hub.listen((state) => state.kind === 'pairing' && options.onCode(state.code, state.till));
  let door: Door | undefined;
  const giveWay = () => door?.giveWay();
  const { desk, stage, courier, close, ...counter } = openCounter({
    config,
    key,
    receipts,
    log,
    pace,
    lifetimeMs,
    giveWay,
  });
  const pages = await pagesOf(root, receipts.jwks);
  door = await openDoor({ ...counter, config, hub, log, pages, desk: stage.before(desk) });
  const inner = new URL(door.url);
  const valve = await openValve(options.host, options.port, Number(inner.port));
  stage.use(valve);
  const announced = announceTo(options, config, valve.port, pin);
  courier.wake();
  void desk.recover();
  const timer = setInterval(() => void desk.recover(), RECOVER_MS);
  return {
    url: `${inner.protocol}//${options.host === '0.0.0.0' ? '127.0.0.1' : options.host}:${valve.port}`,
    pin,
    jwks: receipts.jwks,
    async close() {
      clearInterval(timer);
      await announced?.close();
      await desk.close();
      await door?.close();
      await valve.close();
      await close();
    },
  };
}

/** The till page as a kiosk has it, the table, and the keys that receipts are checked with. */
async function pagesOf(root: string, jwks: object): Promise<ReadonlyMap<string, Page>> {
  return new Map([
    ...readBuiltPage(await ensurePages(root), 'till'),
    ['/simulator', describePage()],
    ['/simulator/jwks.json', { type: 'application/json', body: JSON.stringify(jwks) }],
  ]);
}

/** The door itself is on loopback: it is the valve that a till on the LAN has to find. */
function announceTo({ host, log }: SimulatorOptions, config: KioskConfig, port: number, fingerprint: string) {
  if (isLoopback(host)) return undefined;
  const about = { kiosk: config.kiosk.name, store: config.store.name, fingerprint };
  return announce({ ...about, port, warn: (code) => log.warn({ code }, 'cannot be found by mDNS') });
}

/** As a kiosk's own file would say it; tills are on the other side of the valve. */
function toConfig({ data, tls, serial }: SimulatorOptions): KioskConfig {
  return kioskConfigSchema.parse({
    store: { id: 'simulator', name: '模拟药店' },
    kiosk: { name: 'simulator' },
    backend: { url: 'http://127.0.0.1:1' },
    camera: { driver: 'simulated', portrait: 'nobody' },
    data,
    till: {
      host: '127.0.0.1',
      port: 0,
      tls: tls ? 'on' : 'off',
      announce: false,
      // A key that nobody has: without one, whoever is on this machine would be a till without being paired.
      keys: [{ name: 'nobody', sha256: randomBytes(32).toString('hex') }],
      ...(serial && { serial: { path: serial } }),
    },
  });
}
