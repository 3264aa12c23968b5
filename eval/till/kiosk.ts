/**
 * One kiosk process of a measurement: the kiosk as it is, put together by its own `startStack`. In place of the camera
 * there are empty pictures that come as fast as they are taken, in place of the person's finger an answer at once, and
 * what is handed over is evidence that the backend's stand-in models accept.
 */
import { join } from 'node:path';
import process from 'node:process';
import { answerInvitations } from '../../demo/person.ts';
import type { Camera } from '../../hardware/contract.ts';
import { openLine } from '../../kiosk/backend/line.ts';
import { kioskConfigSchema } from '../../kiosk/config.ts';
import { createEye } from '../../kiosk/eyes/eye.ts';
import type { Log } from '../../kiosk/log.ts';
import { type StackParts, startStack } from '../../kiosk/stack.ts';
import type { Look } from '../../kiosk/verification/capture.ts';
import type { Attempt } from '../../server/contract/index.ts';
import { TestKiosk } from '../../server/testing/kiosk.ts';
import { openPipeline } from './pipeline.ts';

export type KioskOptions = {
  readonly data: string;
  readonly backend: string;
  readonly code: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** SHA-256 of the till's key, hex. */
  readonly till: string;
  /** How many may wait for the counter. */
  readonly places: number;
  /** Until the person agrees, milliseconds; one in `refuses` does not. */
  readonly consentMs: number;
  readonly refuses: number;
  /** Whether the camera's pipeline may run beside it. */
  readonly pipeline?: boolean;
};

/** Asks it to look at pictures from here on, or not to. */
export type KioskHears = { readonly look: boolean };
/** What it tells whoever started it; `looked`: pictures so far, in answer to `KioskHears`. */
export type KioskSays = { readonly port: number } | { readonly looked: number };

const ROOT = join(import.meta.dirname, '../..');
/** Between two tries of what may mend itself, milliseconds; a kiosk in a shop takes longer. */
const MEND_MS = 500;

const options = JSON.parse(process.argv[2] ?? '{}') as KioskOptions;
const config = kioskConfigSchema.parse({
  store: { id: 'chaos', name: 'chaos' },
  kiosk: { name: options.code },
  backend: { url: options.backend, enrolmentCode: options.code },
  camera: { driver: 'simulated', portrait: 'nobody' },
  data: options.data,
  screen: { port: 0, voice: 'off' },
  till: {
    port: options.port,
    keys: [{ name: 'till', sha256: options.till }],
    queue: { places: options.places, waitMs: 15_000 },
  },
  limits: { backendMs: 1500, graceMs: 10_000, resultMs: 1 },
});
const nothing = () => undefined;
const log: Log = { info: nothing, warn: nothing, error: (fields, what) => console.error(what, JSON.stringify(fields)) };
const example = await new TestKiosk(nothing as never).evidenceFor({ plan: {} } as Attempt);

const parts: Partial<StackParts> = {
  retryMs: MEND_MS,
  async openEyes() {
    const eye = createEye({ camera: createBlindCamera(), retryMs: MEND_MS, status: nothing });
    return { eye, newLook: () => seeNobody, close: eye.close };
  },
  openLine(...given) {
    const line = openLine(...given);
    // What was seen is nobody: the parts that belong to this attempt are kept, the rest is the example's.
    const seal: typeof line.seal = ({ verification, attempt, nonce, plan, startedAt, finishedAt }) =>
      line.seal({ ...example, verification, attempt, nonce, plan, startedAt, finishedAt });
    return { ...line, seal };
  },
};
const stack = await startStack(config, ROOT, log, parts);
let invited = 0;
const manner = { readingMs: options.consentMs, agrees: () => ++invited % options.refuses !== 0 };
answerInvitations(stack.screen, new AbortController().signal, manner).catch((error: unknown) => {
  console.error('nobody answers at the screen', error);
  process.exit(1);
});
const pipeline = options.pipeline ? await openPipeline() : undefined;
process.on('message', ({ look }: KioskHears) => {
  pipeline?.look(look);
  process.send?.({ looked: pipeline?.looked() ?? 0 } satisfies KioskSays);
});
process.send?.({ port: Number(new URL(stack.till).port) } satisfies KioskSays);
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
