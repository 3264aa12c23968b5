/**
 * One kiosk process of a measurement: the kiosk's own store, desk, interface, line to the backend and verification. In
 * place of the camera there are empty pictures that come as fast as they are taken, in place of the person's finger an
 * answer at once, and what is handed over is evidence that the backend's stand-in models accept.
 */
import process from 'node:process';
import type { Camera } from '../../hardware/contract.ts';
import type { Look } from '../../kiosk/capture.ts';
import { systemClock } from '../../kiosk/clock.ts';
import { kioskConfigSchema } from '../../kiosk/config.ts';
import { createConsent } from '../../kiosk/consent.ts';
import { createDesk, deriveSecret } from '../../kiosk/desk.ts';
import { loadDeviceKey } from '../../kiosk/device-key.ts';
import { createEye } from '../../kiosk/eye.ts';
import { openLine } from '../../kiosk/line.ts';
import type { Log } from '../../kiosk/log.ts';
import { openDatabase } from '../../kiosk/outbox/database.ts';
import { openOutbox } from '../../kiosk/outbox/verifications.ts';
import { createPreview } from '../../kiosk/preview.ts';
import { refusal } from '../../kiosk/problems.ts';
import { createScreenHub } from '../../kiosk/screen/hub.ts';
import { openDoor } from '../../kiosk/till/door.ts';
import { openTills } from '../../kiosk/till/tills.ts';
import { openWebhooks } from '../../kiosk/till/webhooks/index.ts';
import { runVerification } from '../../kiosk/verification.ts';
import type { Attempt } from '../../server/contract/index.ts';
import { TestKiosk } from '../../server/testing/kiosk.ts';
import { runPipeline } from './pipeline.ts';

export type KioskOptions = {
  readonly data: string;
  readonly backend: string;
  readonly code: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** SHA-256 of the till's key, hex. */
  readonly till: string;
  /** Until the person agrees, milliseconds; one in `refuses` does not. */
  readonly consentMs: number;
  readonly refuses: number;
  /** Whether the camera's pipeline runs beside it. */
  readonly pipeline?: boolean;
};

/** What it tells whoever started it; `looked`: pictures so far, when asked. */
export type KioskSays = { readonly port: number } | { readonly looked: number };

/** Between two tries of what may mend itself, milliseconds; a kiosk in a shop takes longer. */
const MEND_MS = 500;
const GRACE_MS = 3000;

const options = JSON.parse(process.argv[2] ?? '{}') as KioskOptions;
const config = kioskConfigSchema.parse({
  store: { id: 'chaos', name: 'chaos' },
  kiosk: { name: options.code },
  backend: { url: options.backend, enrolmentCode: options.code },
  camera: { driver: 'simulated', portrait: 'nobody' },
  data: options.data,
  till: { port: options.port, keys: [{ name: 'till', sha256: options.till }], queue: { places: 0 } },
  limits: { backendMs: 1500, graceMs: GRACE_MS, resultMs: 1 },
});
const nothing = () => undefined;
const log: Log = { info: nothing, warn: nothing, error: (fields, what) => console.error(what, JSON.stringify(fields)) };

const key = await loadDeviceKey(config.data);
const line = openLine(config, key, log);
const database = openDatabase(config.data);
const tills = openTills(database, systemClock.epoch);
const { courier, ...webhooks } = openWebhooks(config, database, tills, log);
const outbox = openOutbox(database, ({ till, view }, event) => webhooks.messages.add(till, view, event));
const hub = createScreenHub(config.store.name, config.limits.resultMs);
const consent = createConsent();
const eye = createEye({ camera: createBlindCamera(), retryMs: MEND_MS, status: nothing });
const example = await new TestKiosk(nothing as never).evidenceFor({ plan: {} } as Attempt);
const notEnrolled = () => refusal('backend-unreachable', { detail: 'not enrolled yet' });
let asked = 0;
hub.listen((state) => {
  if (state.kind !== 'invitation') return;
  const given = ++asked % options.refuses !== 0;
  setTimeout(() => consent.answer(state.verification, given), options.consentMs);
});

const common = { backend: line.backend, clock: systemClock, note: nothing };
const parts = {
  ...common,
  eye,
  newLook: (): Look => seeNobody,
  // What was seen is nobody: the parts that belong to this attempt are kept, the rest is the example's.
  seal: ({ verification, attempt, nonce, plan, startedAt, finishedAt }: Parameters<typeof line.seal>[0]) =>
    line.seal({ ...example, verification, attempt, nonce, plan, startedAt, finishedAt }),
  preview: createPreview(),
  consent,
  store: config.store.name,
  limits: config.limits,
  show: hub.show,
};
const desk = createDesk({
  ...common,
  outbox,
  outOfOrder: () => (line.identity.id() === undefined ? notEnrolled() : undefined),
  admits: () => true,
  nameOf: (till) => till,
  secret: deriveSecret(Buffer.from(key.privateKey.export({ format: 'jwk' }).d!, 'base64url')),
  run: (subject, tell, signal) => runVerification(parts, subject, tell, signal),
  places: config.till.queue.places,
  waitMs: config.till.queue.waitMs,
  graceMs: GRACE_MS,
  show: (state) => hub.show({ store: config.store.name, ...state }),
  onNews: courier.wake,
});
const mend = async () => {
  await line.identity.ensure().catch(nothing);
  if (line.identity.id() !== undefined) await desk.recover().catch(nothing);
};
let mending = mend();
setInterval(() => {
  mending = mending.then(mend);
}, MEND_MS);
const health = () => ({ ok: line.identity.id() !== undefined });
const door = await openDoor({
  config,
  desk,
  tills,
  hub,
  log,
  health,
  people: line.backend.people,
  webhooks,
  pages: new Map(),
});
const looked = options.pipeline ? await runPipeline() : () => 0;
process.on('message', () => void process.send?.({ looked: looked() } satisfies KioskSays));
process.send?.({ port: Number(new URL(door.url).port) } satisfies KioskSays);
process.on('disconnect', () => process.exit(0));

/** Nobody stands there: a session that ends by itself after some pictures of its own time line. */
async function seeNobody(frame: Parameters<Look>[0]): ReturnType<Look> {
  const hash = frame.seq.toString(16).padStart(16, '0');
  const { seq, at, width, height } = frame;
  const picture = { width, height, data: new Uint8Array(width * height * 3) };
  return { observation: { seq, at, width, height, faces: 0, hash, digest: hash }, picture };
}

function createBlindCamera(): Camera {
  let seq = 0;
  return {
    name: 'no camera',
    async run(listener, signal) {
      listener.state({ kind: 'live', width: 8, height: 8 });
      while (!signal.aborted) {
        const image = { kind: 'rgb', data: new Uint8Array(8 * 8 * 3) } as const;
        await listener.frame({ seq, at: seq * 1000, width: 8, height: 8, image });
        seq++;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
}
