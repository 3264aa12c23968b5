import { generateKeyPairSync } from 'node:crypto';
import type { Camera, CameraListener } from '../../hardware/contract.ts';
import { HardwareError } from '../../hardware/contract.ts';
import type { Observation } from '../../liveness/contract.ts';
import { createBackend } from '../backend/client.ts';
import { createSealer, createSigner } from '../backend/signing.ts';
import { systemClock } from '../clock.ts';
import type { ScreenState } from '../contract.ts';
import { createDesk, type TillRequest } from '../desk/desk.ts';
import { createEye } from '../eyes/eye.ts';
import { createPreview } from '../eyes/preview.ts';
import { openDatabase } from '../outbox/database.ts';
import { openOutbox } from '../outbox/verifications.ts';
import { refusal } from '../problems.ts';
import { openTills } from '../till/tills.ts';
import { openMessages } from '../till/webhooks/messages.ts';
import type { Look } from '../verification/capture.ts';
import { createConsent } from '../verification/consent.ts';
import { runVerification } from '../verification/verification.ts';
import { PERSON } from './backend.ts';

export const REQUEST: TillRequest = {
  sale: 'S-1',
  channel: 'kiosk',
  cardholder: { idNumber: PERSON },
  subject: { who: 'cardholder' },
  purpose: 'purchase',
};

/** A camera that a test pulls out and puts back; it gives a grey picture every 10 ms. */
export function createTestCamera() {
  let listener: CameraListener | undefined;
  let plugged = true;
  let seq = 0;
  const state = { running: 0, frames: 0, broken: false };
  const tell = () =>
    listener?.state(
      plugged
        ? { kind: 'live', width: 8, height: 8 }
        : { kind: 'lost', code: 'camera-missing', reason: 'pulled out', retryInMs: 10 },
    );
  const camera: Camera = {
    name: 'test camera',
    async run(to, signal) {
      if (state.broken) throw new HardwareError('source-missing', 'there is no such camera');
      listener = to;
      state.running++;
      tell();
      while (!signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (!plugged || signal.aborted) continue;
        state.frames++;
        const image = { kind: 'rgb', data: new Uint8Array(8 * 8 * 3).fill(128) } as const;
        to.frame({ seq: seq++, at: performance.now(), width: 8, height: 8, image });
      }
      state.running--;
      listener = undefined;
    },
  };
  const plug = (next: boolean) => {
    plugged = next;
    tell();
  };
  return { camera, state, plug };
}

/** Eyes that see nobody: the session runs until a limit, or as the test cuts it short. */
export function createTestLook() {
  const state = { looked: 0, fail: undefined as Error | undefined, rewind: false };
  const look: Look = async (frame) => {
    state.looked++;
    if (state.fail) throw state.fail;
    const hex = frame.seq.toString(16).padStart(16, '0');
    const observation: Observation = {
      seq: frame.seq,
      at: state.rewind ? 0 : frame.at,
      width: 8,
      height: 8,
      faces: 0,
      hash: hex,
      digest: hex,
    };
    return { observation, picture: { width: 8, height: 8, data: new Uint8Array(8 * 8 * 3) } };
  };
  return { look, state };
}

export type CounterOptions = {
  readonly folder?: string;
  readonly cameraLostMs?: number;
  readonly graceMs?: number;
  readonly places?: number;
  readonly waitMs?: number;
  /** Another camera and other eyes than the test's own. */
  readonly camera?: Camera;
  readonly newLook?: () => Look;
  /** Another line to the backend. */
  readonly fetch?: typeof fetch;
  /** Sees every state of the screen, too. */
  readonly show?: (state: ScreenState) => void;
};

/** A kiosk without its listeners: real store, real signatures, real HTTP to the backend; the eyes are the test's. */
export function createCounter(url: string, options: CounterOptions = {}) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = { privateKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x: '' } } as const;
  const camera = createTestCamera();
  const eyes = createTestLook();
  const states: ScreenState[] = [];
  const notes: { event: string; fields: object }[] = [];
  const consent = createConsent();
  const preview = createPreview();
  const database = openDatabase(options.folder ?? ':memory:');
  const tills = openTills(database, Date.now);
  const messages = openMessages(database, Date.now);
  const outbox = openOutbox(database, ({ till, view }, event) => messages.add(till, view, event));
  const eye = createEye({ camera: options.camera ?? camera.camera, retryMs: 50, status: () => undefined });
  const id = () => 'kiosk-1';
  const line = options.fetch ?? fetch;
  const backend = createBackend({ url, timeoutMs: 500, fetch: line, sign: createSigner(key, id, Date.now) });
  const limits = { cameraLostMs: options.cameraLostMs ?? 300, graceMs: options.graceMs ?? 1000 };
  const show = (state: ScreenState) => {
    states.push(state);
    options.show?.(state);
  };
  const note = (event: string, fields: object) => void notes.push({ event, fields });
  const parts = {
    backend,
    eye,
    newLook: options.newLook ?? (() => eyes.look),
    seal: createSealer(key, id, backend.keys),
    preview,
    consent,
    clock: systemClock,
    store: '惠民大药房',
    limits,
    show,
    note,
  };
  const desk = createDesk({
    backend,
    outbox,
    clock: systemClock,
    outOfOrder: () => (eye.status().kind === 'lost' ? refusal('camera-missing') : undefined),
    secret: new Uint8Array(32),
    run: (subject, tell, signal) => runVerification(parts, subject, tell, signal),
    admits: (till) => !tills.isRevoked(till),
    nameOf: (till) => tills.find(till)?.name ?? till,
    places: options.places ?? 0,
    waitMs: options.waitMs ?? 5000,
    graceMs: limits.graceMs,
    show: (state) => show({ store: '惠民大药房', ...state }),
    note,
  });
  const close = async () => {
    await desk.close();
    await eye.close();
    database.close();
  };
  return {
    desk,
    backend,
    camera,
    eyes,
    states,
    notes,
    consent,
    preview,
    database,
    tills,
    messages,
    outbox,
    eye,
    close,
  };
}

/** Waits until something is so. */
export async function until(what: () => unknown, ms = 5000): Promise<void> {
  const limit = Date.now() + ms;
  while (!what()) {
    if (Date.now() > limit) throw new Error(`not so within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
