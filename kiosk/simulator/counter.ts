import type { DeviceKey } from '../backend/device-key.ts';
import { systemClock } from '../clock.ts';
import type { KioskConfig } from '../config.ts';
import { createDesk, type Desk, type DeskDeps, deriveSecret } from '../desk/desk.ts';
import type { Log } from '../log.ts';
import { openDatabase } from '../outbox/database.ts';
import { openOutbox } from '../outbox/verifications.ts';
import { refusal } from '../problems.ts';
import { openTills } from '../till/tills.ts';
import { openWebhooks } from '../till/webhooks/index.ts';
import { createScriptedBackend } from './backend.ts';
import { type PlayDeps, play } from './play.ts';
import type { Receipts } from './receipts.ts';
import { createStage } from './stage.ts';

export type CounterDeps = {
  readonly config: KioskConfig;
  readonly key: DeviceKey;
  readonly receipts: Receipts;
  readonly log: Log;
  /** See stack.ts. */
  readonly pace: number;
  readonly lifetimeMs: number;
  /** A sale needs the screen. */
  readonly giveWay: () => void;
};

/** How long past its time an outcome is waited for, milliseconds. */
const GRACE_MS = 5000;

/** The kiosk's own desk and store, at which a scripted person stands before a scripted backend. */
export function openCounter(deps: CounterDeps) {
  const { config, log, pace, receipts, lifetimeMs } = deps;
  const database = openDatabase(config.data);
  const tills = openTills(database, systemClock.epoch);
  const { courier, ...webhooks } = openWebhooks(config, database, tills, log);
  const outbox = openOutbox(database, ({ till, view }, event) => webhooks.messages.add(till, view, event));
  const stage = createStage(pace);
  const scripted = createScriptedBackend({ ...stage, receipts, epoch: systemClock.epoch, lifetimeMs });
  const playing: PlayDeps = { scripted, clock: systemClock, pace, graceMs: GRACE_MS, fault: stage.fault };
  const noCamera = () => refusal('camera-missing', { detail: 'the simulator says so' });
  const run: DeskDeps['run'] = (subject, tell, signal) => {
    deps.giveWay();
    return play(playing, subject, tell, signal);
  };
  const desk: Desk = createDesk({
    backend: scripted.backend,
    outbox,
    clock: systemClock,
    note: (event, fields) => log.info(fields, event),
    outOfOrder: () => (stage.isBlind() ? noCamera() : undefined),
    admits: (till) => !tills.isRevoked(till),
    nameOf: (till) => tills.find(till)?.name ?? till,
    secret: deriveSecret(Buffer.from(deps.key.privateKey.export({ format: 'jwk' }).d!, 'base64url')),
    run,
    places: config.till.queue.places,
    waitMs: config.till.queue.waitMs,
    graceMs: GRACE_MS,
    show: () => undefined,
    onNews: courier.wake,
  });
  const health = () => ({ ok: !stage.isBlind() && !stage.isAway(), busy: desk.isBusy(), simulator: true });
  const close = async () => {
    await courier.close();
    database.close();
  };
  return { desk, tills, webhooks, courier, stage, health, people: scripted.backend.people, close };
}
