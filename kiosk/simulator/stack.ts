import { randomBytes } from 'node:crypto';
import { systemClock } from '../clock.ts';
import { type KioskConfig, kioskConfigSchema } from '../config.ts';
import { createDesk, deriveSecret } from '../desk.ts';
import { loadDeviceKey } from '../device-key.ts';
import type { Log } from '../log.ts';
import { openDatabase } from '../outbox/database.ts';
import { openOutbox } from '../outbox/verifications.ts';
import { ensurePages } from '../pages/build/ensure.ts';
import { readBuiltPage } from '../pages/built.ts';
import { refusal } from '../problems.ts';
import { createScreenHub } from '../screen/hub.ts';
import { announce } from '../till/announce.ts';
import { loadCertificate } from '../till/certificate.ts';
import { type Door, openDoor } from '../till/door.ts';
import { openTills } from '../till/tills.ts';
import { openWebhooks } from '../till/webhooks/index.ts';
import { createScriptedBackend } from './backend.ts';
import { describePage } from './page.ts';
import { type PlayDeps, play } from './play.ts';
import { createReceipts } from './receipts.ts';
import { createStage } from './stage.ts';
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
  const { log, pace } = options;
  const config = toConfig(options);
  const key = await loadDeviceKey(options.data);
  const pin = options.tls ? (await loadCertificate(options.data, systemClock.epoch())).fingerprint : '';
  const receipts = createReceipts(key.privateKey, key.publicJwk);
  const database = openDatabase(options.data);
  const tills = openTills(database, systemClock.epoch);
  const { courier, ...webhooks } = openWebhooks(config, database, tills, log);
  const outbox = openOutbox(database, ({ till, view }, event) => webhooks.messages.add(till, view, event));
  const hub = createScreenHub(config.store.name, 1000);
  hub.listen((state) => state.kind === 'pairing' && options.onCode(state.code, state.till));
  const stage = createStage(pace);
  const scripted = createScriptedBackend({
    ...stage,
    receipts,
    epoch: systemClock.epoch,
    lifetimeMs: options.lifetimeMs,
  });
  const playing: PlayDeps = { scripted, clock: systemClock, pace, graceMs: 5000, fault: stage.fault };
  let door: Door | undefined;
  const desk = createDesk({
    backend: scripted.backend,
    outbox,
    clock: systemClock,
    note: (event, fields) => log.info(fields, event),
    outOfOrder: () => (stage.isBlind() ? refusal('camera-missing', { detail: 'the simulator says so' }) : undefined),
    admits: (till) => !tills.isRevoked(till),
    nameOf: (till) => tills.find(till)?.name ?? till,
    secret: deriveSecret(Buffer.from(key.privateKey.export({ format: 'jwk' }).d!, 'base64url')),
    run(subject, tell, signal) {
      door?.giveWay();
      return play(playing, subject, tell, signal);
    },
    places: config.till.queue.places,
    waitMs: config.till.queue.waitMs,
    graceMs: 5000,
    show: () => undefined,
    onNews: courier.wake,
  });
  const health = () => ({ ok: !stage.isBlind() && !stage.isAway(), busy: desk.isBusy(), simulator: true });
  const page = describePage();
  const keys = { type: 'application/json', body: JSON.stringify(receipts.jwks) };
  const pages = new Map([
    ...readBuiltPage(await ensurePages(root), 'till'),
    ['/simulator', page],
    ['/simulator/jwks.json', keys],
  ]);
  const played = stage.before(desk);
  door = await openDoor({
    config,
    desk: played,
    tills,
    hub,
    log,
    health,
    people: scripted.backend.people,
    webhooks,
    pages,
  });
  const inner = new URL(door.url);
  const valve = await openValve(options.host, options.port, Number(inner.port));
  stage.use(valve);
  const isLocal = options.host.startsWith('127.') || options.host === 'localhost';
  const about = { kiosk: config.kiosk.name, store: config.store.name, fingerprint: pin };
  const announced = isLocal
    ? undefined
    : announce({ ...about, port: valve.port, warn: (code) => log.warn({ code }, 'mDNS') });
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
      await door.close();
      await valve.close();
      await courier.close();
      database.close();
    },
  };
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
