import assert from 'node:assert/strict';
import sharp from 'sharp';
import { systemClock } from './clock.ts';
import { type Camera, type HardwareCode, HardwareError } from './contract.ts';
import type { DriverDeps } from './define.ts';
import { trackChildren } from './fakes/children.ts';
import { holdFolder } from './fakes/folder.ts';
import { createRecorder, type Recorder } from './fakes/recorder.ts';
import { openCamera } from './index.ts';

type Config = Parameters<typeof openCamera>[0];

/** One kind of camera, as the shared suite needs it. */
export type ConformanceSubject = {
  readonly driver: string;
  /** What is special about this one, e.g. `raw MJPEG`. */
  readonly variant?: string;
  /** Set when something on this machine is missing: what, and how to install it. */
  readonly missing?: string;
  /** Ends by itself, after at least five frames and within seconds. */
  readonly finite: boolean;
  /** Lays out what the camera needs in a folder of its own. */
  prepare(folder: string): Promise<Prepared>;
};
export type Prepared = {
  readonly config: Config;
  readonly deps?: Partial<DriverDeps>;
  /** A source that is not there: `run` throws this code, or says it in the state `lost`, and names the source. */
  readonly absent?: { readonly config: Config; readonly code: HardwareCode; readonly naming: string };
};

type Bench = {
  readonly prepared: Prepared;
  readonly children: ReturnType<typeof trackChildren>;
  open(config?: Config): Camera;
};
type Check = (subject: ConformanceSubject, bench: Bench) => Promise<void>;

const FRAMES = 5;
const hasFrames = (count: number) => (recorder: Recorder) => recorder.frames.length >= count;

/** Runs to the end of a finite camera, or to enough frames and an abort. */
async function record(camera: Camera, finite: boolean): Promise<Recorder> {
  const recorder = createRecorder();
  const abort = new AbortController();
  const running = camera.run(recorder, abort.signal);
  await Promise.race([running, recorder.until(hasFrames(FRAMES))]);
  if (!finite) abort.abort();
  await running;
  return recorder;
}

const checks: readonly (readonly [title: string, check: Check])[] = [
  [
    'says opening, then live with the size of its frames, and ended only when it is finite',
    async ({ finite }, { open }) => {
      const recorder = await record(open(), finite);
      assert.ok(recorder.frames.length >= FRAMES, `only ${recorder.frames.length} frames`);
      assert.equal(recorder.kinds(), finite ? 'opening live ended' : 'opening live');
      const [, live] = recorder.states;
      const { width, height } = recorder.frames[0]!;
      assert.deepEqual(live, { kind: 'live', width, height });
      assert.ok('frame' in recorder.events[2]!, 'the first frame follows the state live');
    },
  ],
  [
    'numbers its frames upwards and never goes back in time',
    async ({ finite }, { open }) => {
      const { frames } = await record(open(), finite);
      for (const [i, frame] of frames.entries()) {
        const before = frames[i - 1];
        assert.ok(Number.isInteger(frame.seq) && frame.seq >= 0 && Number.isFinite(frame.at));
        if (before) assert.ok(frame.seq > before.seq && frame.at >= before.at, `frame ${i} goes back`);
      }
      assert.ok(frames.at(-1)!.at > frames[0]!.at, 'time stands still');
    },
  ],
  [
    'gives pictures of exactly the size it says',
    async ({ finite }, { open }) => {
      const { frames } = await record(open(), finite);
      for (const { image, width, height } of frames.slice(0, 10)) {
        if (image.kind === 'rgb') assert.equal(image.data.length, width * height * 3);
        else {
          const { info } = await sharp(image.data).raw().toBuffer({ resolveWithObject: true });
          assert.deepEqual([info.width, info.height], [width, height]);
        }
      }
    },
  ],
  [
    'stops within two seconds when aborted, says nothing afterwards, and leaves no process',
    async (_, { open, children }) => {
      const recorder = createRecorder();
      const abort = new AbortController();
      const running = open().run(recorder, abort.signal);
      await recorder.until(hasFrames(2));
      const before = performance.now();
      abort.abort();
      const said = recorder.events.length;
      await running;
      assert.ok(performance.now() - before < 2000, 'it took longer');
      assert.equal(children.running(), 0);
      await systemClock.sleep(50);
      assert.equal(recorder.events.length, said);
    },
  ],
  [
    'stops while it opens, and does nothing at all for a signal that was aborted before',
    async (_, { open, children }) => {
      const abort = new AbortController();
      const opening = open().run(createRecorder(), abort.signal);
      abort.abort();
      await opening;
      const startedSoFar = children.started.length;
      const recorder = createRecorder();
      await open().run(recorder, AbortSignal.abort());
      assert.deepEqual([recorder.events, children.running(), children.started.length], [[], 0, startedSoFar]);
    },
  ],
  [
    'runs again after an abort, from frame 0 on',
    async ({ finite }, { open }) => {
      const camera = open();
      const abort = new AbortController();
      const first = createRecorder();
      const running = camera.run(first, abort.signal);
      await first.until(hasFrames(2));
      abort.abort();
      await running;
      const second = await record(camera, finite);
      assert.ok(second.frames.length >= FRAMES);
      assert.equal(second.frames[0]!.seq, 0);
      assert.equal(second.states[0]!.kind, 'opening');
    },
  ],
  [
    'passes on what its listener throws, and leaves no process',
    async (_, { open, children }) => {
      const failing = (frame: () => void | Promise<void>) =>
        open().run({ frame, state: () => undefined }, new AbortController().signal);
      const now = () => {
        throw new Error('the listener fails');
      };
      await assert.rejects(failing(now), /the listener fails/);
      await assert.rejects(
        failing(() => Promise.reject(new Error('it fails later'))),
        /it fails later/,
      );
      assert.equal(children.running(), 0);
    },
  ],
  [
    'names a source that is missing, with its code',
    async (_, { prepared, open, children }) => {
      if (!prepared.absent) return;
      const { config, code, naming } = prepared.absent;
      const told = await complaint(open(config));
      assert.equal(told.code, code);
      assert.ok(told.reason.includes(naming), told.reason);
      assert.equal(children.running(), 0);
    },
  ],
];

/** The first loss that a camera tells of, or the error that it throws. */
async function complaint(camera: Camera): Promise<{ readonly code: HardwareCode; readonly reason: string }> {
  const recorder = createRecorder();
  const abort = new AbortController();
  const running = camera.run(recorder, abort.signal);
  try {
    await Promise.race([running, recorder.until(({ states }) => states.some(({ kind }) => kind === 'lost'))]);
    abort.abort();
    await running;
  } catch (error) {
    if (error instanceof HardwareError) return { code: error.code, reason: error.message };
    throw error;
  }
  const lost = recorder.states.find((state) => state.kind === 'lost');
  assert.ok(lost, 'neither an error nor a loss was told');
  return lost;
}

/** What every camera has to keep to; `run` rejects with what it does not. */
export const conformance = checks.map(([title, check]) => ({
  title,
  async run(subject: ConformanceSubject): Promise<void> {
    await using folder = await holdFolder();
    const prepared = await subject.prepare(folder.path);
    const children = trackChildren();
    const deps: DriverDeps = { clock: systemClock, spawn: children.spawn, ...prepared.deps };
    await check(subject, { prepared, children, open: (config = prepared.config) => openCamera(config, deps) });
  },
}));
