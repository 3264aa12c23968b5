import { getConnInfo } from '@hono/node-server/conninfo';
import { systemClock as hardwareClock } from '../hardware/clock.ts';
import { openCamera } from '../hardware/index.ts';
import { modelsDirectory } from '../models/build.ts';
import { loadCanonicalFace } from '../models/canonical.ts';
import { openModels } from '../models/index.ts';
import type { Problem } from '../server/contract/problem.ts';
import { createBackend } from './backend.ts';
import { systemClock } from './clock.ts';
import type { KioskConfig } from './config.ts';
import { createConsent } from './consent.ts';
import { createDesk, deriveSecret } from './desk.ts';
import { loadDeviceKey } from './device-key.ts';
import { createEye, type Eye } from './eye.ts';
import { createIdentity, enrolAnew } from './identity.ts';
import { type Listening, listen } from './listen.ts';
import { createObserver } from './observe/observer.ts';
import { openOutbox } from './outbox.ts';
import { ensurePages } from './pages/build/ensure.ts';
import { readBuiltPage } from './pages/built.ts';
import { readPages, TILL_FILES } from './pages/serve.ts';
import { createPortraits } from './portraits.ts';
import { createPreview } from './preview.ts';
import { refusal } from './problems.ts';
import { createScreenApp } from './screen/app.ts';
import { createScreenHub } from './screen/hub.ts';
import { createSealer, createSigner } from './signing.ts';
import { createTillApp } from './till/app.ts';
import { runVerification } from './verification.ts';

export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type Stack = { readonly till: string; readonly screen: string; close(): Promise<void> };

/** Milliseconds between two tries of what may mend itself: the enrolment, an outcome that is not confirmed, a camera. */
const RETRY_MS = 10_000;

/** Puts the whole kiosk together. @throws KioskError, HardwareError or ModelError when it can never work so. */
export async function startStack(config: KioskConfig, root: string, log: Log): Promise<Stack> {
  const key = await loadDeviceKey(config.data);
  const wire = { url: config.backend.url, timeoutMs: config.limits.backendMs, fetch };
  const { enrolmentCode: code } = config.backend;
  const enrolment = {
    folder: config.data,
    name: config.kiosk.name,
    store: config.store.id,
    key,
    ...(code && { code }),
  };
  const identity = createIdentity(wire, enrolment, (fields, message) => log.warn(fields, message));
  const kioskId = () => identity.id() ?? '';

  const hub = createScreenHub(config.store.name, config.limits.resultMs);
  const { eye, newLook, closeModels } = await openEyes(config, log, () => report());
  const outOfOrder = (): Problem | undefined => {
    const camera = eye.status();
    if (camera.kind === 'lost') return refusal('camera-missing', { detail: `${eye.name}: ${camera.code}` });
    return identity.id() === undefined
      ? refusal('backend-unreachable', { detail: 'this kiosk is not enrolled yet' })
      : undefined;
  };
  const report = () => hub.outOfOrder(outOfOrder()?.code);

  const cannotMend = (error: unknown) =>
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'cannot mend');
  const signed = createBackend({ ...wire, sign: createSigner(key, kioskId, systemClock.epoch) });
  const backend = enrolAnew(signed, identity, cannotMend);
  const seal = createSealer(key, kioskId, backend.keys);
  const outbox = openOutbox(config.data);
  const preview = createPreview();
  const consent = createConsent();
  const note = (event: string, fields: object) => log.info(fields, event);
  const store = config.store.name;
  const { limits } = config;
  const parts = {
    backend,
    eye,
    newLook,
    seal,
    preview,
    consent,
    clock: systemClock,
    store,
    limits,
    show: hub.show,
    note,
  };
  const desk = createDesk({
    backend,
    outbox,
    clock: systemClock,
    outOfOrder,
    secret: deriveSecret(Buffer.from(key.privateKey.export({ format: 'jwk' }).d!, 'base64url')),
    run: (subject, tell, signal) => runVerification(parts, subject, tell, signal),
    graceMs: limits.graceMs,
    show: (state) => hub.show({ store, ...state }),
    note,
  });

  const fault = (error: Error) => log.error({ error: error.message, stack: error.stack }, 'a request failed');
  const health = () => ({
    ok: outOfOrder() === undefined,
    code: outOfOrder()?.code,
    busy: desk.isBusy(),
    camera: eye.status().kind,
  });
  const till = createTillApp({ desk, keys: config.till.keys, pages: readPages(root, TILL_FILES), health, fault });
  const remoteAddress = (env: unknown) => getConnInfo({ env } as never).remote.address;
  const built = await ensurePages(root, (line) => log.info({}, line));
  const screen = createScreenApp({ hub, preview, consent, pages: readBuiltPage(built, 'screen'), remoteAddress, fault });

  await identity.ensure();
  report();
  if (identity.id() !== undefined) void mend();
  const timer = setInterval(() => void mend(), RETRY_MS);
  const open: Listening[] = [];
  try {
    open.push(await listen('till', till.fetch, config.till));
    open.push(await listen('screen', screen.fetch, config.screen));
  } catch (error) {
    await close();
    throw error;
  }
  if (config.camera.driver === 'v4l2') eye.probe();
  return { till: open[0]!.url, screen: open[1]!.url, close };

  async function mend(): Promise<void> {
    try {
      await identity.ensure().finally(report);
      if (identity.id() !== undefined) await desk.recover();
    } catch (error) {
      cannotMend(error);
    }
  }

  async function close(): Promise<void> {
    clearInterval(timer);
    await desk.close();
    await Promise.all(open.map((one) => one.close()));
    await eye.close();
    await closeModels();
    outbox.close();
  }
}

/** Camera and models: a missing model stops the start, a missing camera only puts the kiosk out of order. */
async function openEyes(config: KioskConfig, log: Log, changed: () => void) {
  const directory = modelsDirectory(config.models.directory);
  const models = await openModels({ directory });
  const canonical = await loadCanonicalFace(directory);
  const camera = openCamera(config.camera, {
    clock: hardwareClock,
    portraits: createPortraits({ models, canonical, directory }),
  });
  const eye: Eye = createEye({
    camera,
    retryMs: RETRY_MS,
    status(status) {
      log.info({ camera: camera.name, ...status }, 'camera');
      changed();
    },
  });
  return { eye, newLook: () => createObserver(models, { canonical }).observe, closeModels: () => models.close() };
}
