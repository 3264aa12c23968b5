import { getConnInfo } from '@hono/node-server/conninfo';
import type { Problem } from '../server/contract/problem.ts';
import { loadDeviceKey } from './backend/device-key.ts';
import { type Line, openLine } from './backend/line.ts';
import { systemClock } from './clock.ts';
import type { KioskConfig } from './config.ts';
import { createDesk, deriveSecret } from './desk/desk.ts';
import { type Eyes, openEyes } from './eyes/eyes.ts';
import { createPreview } from './eyes/preview.ts';
import { listen } from './http/listen.ts';
import { type Log, logFailed } from './log.ts';
import { openDatabase } from './outbox/database.ts';
import { openOutbox } from './outbox/verifications.ts';
import { ensurePages } from './pages/build/ensure.ts';
import { readBuiltPage } from './pages/built.ts';
import { refusal } from './problems.ts';
import { createScreenApp, type ScreenAppDeps } from './screen/app.ts';
import { createScreenHub } from './screen/hub.ts';
import { createVoice } from './screen/voice.ts';
import { type Door, openDoor } from './till/door.ts';
import { openTills } from './till/tills.ts';
import { openWebhooks } from './till/webhooks/index.ts';
import { createConsent } from './verification/consent.ts';
import { runVerification } from './verification/verification.ts';

export type Stack = { readonly till: string; readonly screen: string; close(): Promise<void> };

/** What a measurement puts in the place of the real. */
export type StackParts = {
  readonly openEyes: typeof openEyes;
  readonly openLine: typeof openLine;
  /** Between two tries of what may mend itself: the enrolment, an outcome that is not confirmed, a camera. Milliseconds. */
  readonly retryMs: number;
};
const REAL: StackParts = { openEyes, openLine, retryMs: 10_000 };

type Closer = () => void | Promise<void>;

/** Puts the whole kiosk together. @throws KioskError, HardwareError or ModelError when it can never work so. */
export async function startStack(
  config: KioskConfig,
  root: string,
  log: Log,
  parts: Partial<StackParts> = {},
): Promise<Stack> {
  // Closed in the opposite order, also when the start fails half-way.
  const closers: Closer[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const onClose: OnClose = (closer) => void closers.push(closer);
    return { ...(await open(config, root, log, onClose, { ...REAL, ...parts })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type OnClose = (closer: Closer) => void;

async function open(config: KioskConfig, root: string, log: Log, onClose: OnClose, parts: StackParts) {
  const key = await loadDeviceKey(config.data);
  const line = parts.openLine(config, key, log);
  const hub = createScreenHub(config.store.name, config.limits.resultMs);
  const eyes = await parts.openEyes(config, log, parts.retryMs, () => report());
  onClose(eyes.close);
  const outOfOrder = () => whyOutOfOrder(eyes, line);
  const report = () => hub.outOfOrder(outOfOrder()?.code);

  const store = openStore(config, log, onClose);
  const screen = { hub, preview: createPreview(), consent: createConsent() };
  let door: Door | undefined;
  const giveWay = () => door?.giveWay();
  const desk = openDesk({ config, log, line, eyes, ...store, screen, outOfOrder, key, giveWay });
  const health = () => {
    const code = outOfOrder()?.code;
    return { ok: code === undefined, code, busy: desk.isBusy(), camera: eyes.eye.status().kind };
  };
  const built = await ensurePages(root, (text) => log.info({}, text));

  await line.identity.ensure();
  report();
  const mend = () => mendAll(line, desk, report);
  if (line.identity.id() !== undefined) void mend();
  const timer = setInterval(() => void mend(), parts.retryMs);
  onClose(() => clearInterval(timer));
  const lan = { config, desk, hub, log, health, people: line.backend.people, ...store };
  door = await openDoor({ ...lan, pages: readBuiltPage(built, 'till') });
  onClose(door.close);
  const url = await openScreen(
    config,
    log,
    { ...screen, again: desk.retryHere, pages: readBuiltPage(built, 'screen') },
    onClose,
  );
  onClose(desk.close);
  store.courier.wake();
  if (config.camera.driver === 'v4l2') eyes.eye.probe();
  return { till: door.url, screen: url };
}

/** What lies in the kiosk's database: tills, what they asked, what they are to be told. */
function openStore(config: KioskConfig, log: Log, onClose: OnClose) {
  const database = openDatabase(config.data);
  onClose(() => void database.close());
  const tills = openTills(database, systemClock.epoch);
  const { courier, ...webhooks } = openWebhooks(config, database, tills, log);
  onClose(courier.close);
  const outbox = openOutbox(database, ({ till, view }, event) => webhooks.messages.add(till, view, event));
  return { tills, outbox, courier, webhooks };
}

type ScreenParts = Omit<ScreenAppDeps, 'voice' | 'remoteAddress' | 'fault'>;

/** The page for the person. @returns where it is. */
async function openScreen(config: KioskConfig, log: Log, parts: ScreenParts, onClose: OnClose): Promise<string> {
  const voice = createVoice(config.screen.voice, (why) => log.info({}, why));
  onClose(voice.stop);
  const remoteAddress = (env: unknown) => getConnInfo({ env } as never).remote.address;
  const fault = (error: unknown) => logFailed(log, error);
  const app = createScreenApp({ ...parts, voice, remoteAddress, fault });
  const listening = await listen('screen', app.fetch, config.screen);
  onClose(listening.close);
  return listening.url;
}

type DeskParts = {
  readonly config: KioskConfig;
  readonly log: Log;
  readonly line: Line;
  readonly eyes: Eyes;
  readonly outbox: ReturnType<typeof openOutbox>;
  readonly tills: ReturnType<typeof openTills>;
  readonly screen: {
    readonly hub: ReturnType<typeof createScreenHub>;
    readonly preview: ReturnType<typeof createPreview>;
    readonly consent: ReturnType<typeof createConsent>;
  };
  readonly outOfOrder: () => Problem | undefined;
  readonly key: Awaited<ReturnType<typeof loadDeviceKey>>;
  readonly courier: ReturnType<typeof openWebhooks>['courier'];
  giveWay(): void;
};

function openDesk({ config, log, line, eyes, outbox, tills, screen, outOfOrder, key, courier, giveWay }: DeskParts) {
  const { limits } = config;
  const store = config.store.name;
  const common = {
    backend: line.backend,
    clock: systemClock,
    note: (event: string, fields: object) => log.info(fields, event),
  };
  const { preview, consent, hub } = screen;
  const parts = { ...common, ...eyes, seal: line.seal, preview, consent, store, limits, show: hub.show };
  return createDesk({
    ...common,
    outbox,
    outOfOrder,
    admits: (till) => !tills.isRevoked(till),
    nameOf: (till) => tills.find(till)?.name ?? till,
    secret: deriveSecret(Buffer.from(key.privateKey.export({ format: 'jwk' }).d!, 'base64url')),
    run(subject, tell, signal) {
      giveWay();
      return runVerification(parts, subject, tell, signal);
    },
    places: config.till.queue.places,
    waitMs: config.till.queue.waitMs,
    graceMs: limits.graceMs,
    show: (state) => hub.show({ store, ...state }),
    onNews: courier.wake,
  });
}

function whyOutOfOrder({ eye }: Eyes, { identity }: Line): Problem | undefined {
  const camera = eye.status();
  if (camera.kind === 'lost') return refusal('camera-missing', { detail: `${eye.name}: ${camera.code}` });
  return identity.id() === undefined
    ? refusal('backend-unreachable', { detail: 'this kiosk is not enrolled yet' })
    : undefined;
}

/** What could not be done before is tried again: the enrolment, outcomes that are not confirmed. */
async function mendAll(
  { identity, cannotMend }: Line,
  desk: ReturnType<typeof createDesk>,
  report: () => void,
): Promise<void> {
  try {
    await identity.ensure().finally(report);
    if (identity.id() !== undefined) await desk.recover();
  } catch (error) {
    cannotMend(error);
  }
}
