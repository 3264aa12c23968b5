import type { Camera, CameraListener, CameraState, Frame, StageDirection } from '../../hardware/contract.ts';
import { HardwareError } from '../../hardware/contract.ts';
import { createSlot } from '../../hardware/slot.ts';
import type { FrameSource } from '../verification/capture.ts';

/** What is known of the camera without opening it. */
export type EyeStatus = { readonly kind: 'unknown' | 'ready' } | { readonly kind: 'lost'; readonly code: string };

/** The camera of one verification: warm from the invitation on, seeing only from `look` on. */
export type Glance = FrameSource & {
  /** From here on frames are kept and passed on; before the consent they are thrown away as they come. */
  look(onFrame: (frame: Frame) => void): void;
  direct(direction: StageDirection): void;
  close(): void;
  readonly counts: { readonly frames: number; readonly dropped: number };
};

export type Eye = {
  readonly name: string;
  status(): EyeStatus;
  /** Opens the camera just long enough to know whether it works. */
  probe(): void;
  open(): Glance;
  close(): Promise<void>;
};

type EyeDeps = {
  readonly camera: Camera;
  /** Milliseconds until a camera that failed for good is tried again. */
  readonly retryMs: number;
  status(status: EyeStatus): void;
};

type Run = { readonly abort: AbortController; readonly done: Promise<void> };
type OpenGlance = Glance & { put(frame: Frame): Promise<void> | undefined; end(): void };

/**
 * The one camera of the kiosk. It runs while a verification needs it, and while it is lost: then until it is back,
 * every picture unseen, so that the till can be told before a person is asked.
 */
export function createEye(deps: EyeDeps): Eye {
  let status: EyeStatus = { kind: 'unknown' };
  let glance: OpenGlance | undefined;
  let run: Run | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  const become = (next: EyeStatus) => {
    if (next.kind === status.kind && next.kind !== 'lost') return;
    if (next.kind === 'lost' && status.kind === 'lost' && next.code === status.code) return;
    status = next;
    deps.status(next);
  };
  const lose = (code: string) => become({ kind: 'lost', code });
  const stopIfIdle = () => {
    if (!glance) run?.abort.abort();
  };
  const listener: CameraListener = {
    frame(frame) {
      become({ kind: 'ready' });
      if (!glance) return stopIfIdle();
      return glance.put(frame);
    },
    state(state: CameraState) {
      if (state.kind === 'lost') return lose(state.code);
      if (state.kind === 'opening') return;
      become({ kind: 'ready' });
      if (state.kind === 'ended') glance?.end();
      stopIfIdle();
    },
  };
  const start = () => {
    if (closed) return;
    clearTimeout(retry);
    const before = run?.done ?? Promise.resolve();
    const abort = new AbortController();
    const done = before
      .then(() => (abort.signal.aborted ? undefined : deps.camera.run(listener, abort.signal)))
      .catch((error: unknown) => {
        lose(error instanceof HardwareError ? error.code : 'camera-missing');
        retry = setTimeout(start, deps.retryMs);
        retry.unref();
      })
      .finally(() => {
        if (run?.abort === abort) run = undefined;
      });
    run = { abort, done };
  };
  return {
    name: deps.camera.name,
    status: () => status,
    probe() {
      if (!run) start();
    },
    open() {
      if (!run || run.abort.signal.aborted) start();
      const opened = createGlance(
        deps,
        () => status,
        () => {
          if (glance === opened) glance = undefined;
          if (status.kind !== 'lost') stopIfIdle();
        },
      );
      glance = opened;
      return opened;
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      glance?.close();
      run?.abort.abort();
      await run?.done;
    },
  };
}

function createGlance(deps: EyeDeps, status: () => EyeStatus, onClose: () => void): OpenGlance {
  const slot = createSlot<Frame>();
  let see: ((frame: Frame) => void) | undefined;
  let taken: (() => void) | undefined;
  let ended = false;
  let frames = 0;
  const release = () => {
    taken?.();
    taken = undefined;
  };
  return {
    look(onFrame) {
      see = onFrame;
    },
    put(frame) {
      if (!see) return undefined;
      frames++;
      release();
      // A driver that runs ahead of real time waits until the frame was taken; a live one does not.
      const promise = new Promise<void>((resolve) => {
        taken = resolve;
      });
      see(frame);
      slot.put(frame);
      return promise;
    },
    async take(ms, signal) {
      const frame = await takeWithin(slot, ms, signal);
      if (frame) release();
      return frame;
    },
    health() {
      if (ended) return 'ended';
      return status().kind === 'lost' ? 'lost' : 'live';
    },
    end() {
      ended = true;
    },
    direct: (direction) => deps.camera.direct?.(direction),
    close() {
      deps.camera.direct?.('idle');
      see = undefined;
      release();
      onClose();
    },
    get counts() {
      return { frames, dropped: slot.dropped };
    },
  };
}

async function takeWithin<T>(
  slot: { take(signal: AbortSignal): Promise<T> },
  ms: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, ms);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await slot.take(limit.signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
