import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause } from './clock.ts';
import type { DriverDeps } from './define.ts';
import { type FfmpegRun, startFfmpeg } from './ffmpeg.ts';
import { createMjpegSplitter, type JpegFrame } from './mjpeg.ts';

/** What became of one ffmpeg that was reading a camera. */
export type CaptureEnd = {
  /** `exited`: by itself, whatever its exit code says. `silent`: no picture for too long. */
  readonly kind: 'aborted' | 'exited' | 'silent';
  readonly pictures: number;
  readonly bytes: number;
  readonly complaint: string;
};

export type CaptureLimits = {
  /** Longest wait for the first picture, and between two pictures, milliseconds. */
  readonly openMs: number;
  readonly silentMs: number;
};

const EXIT_MS = 500;

/**
 * Lets ffmpeg read a camera until the signal aborts, ffmpeg ends or falls silent; the process is gone when this settles.
 * @throws HardwareError `program-missing`; whatever `onPicture` throws.
 */
export async function capture(
  args: readonly string[],
  limits: CaptureLimits,
  onPicture: (picture: JpegFrame) => void,
  deps: DriverDeps,
  signal: AbortSignal,
): Promise<CaptureEnd> {
  const run = startFfmpeg(args, deps);
  const over = new AbortController();
  const pulse = { at: deps.clock.now(), pictures: 0, bytes: 0 };
  const watched = watchdog(pulse, limits, deps, AbortSignal.any([signal, over.signal]));
  const stopped = watched.then((verdict) => (verdict === 'silent' || signal.aborted ? run.stop() : undefined));
  try {
    await readPictures(run, pulse, onPicture, deps, signal);
    over.abort();
    const silent = (await watched) === 'silent';
    const kind = signal.aborted ? 'aborted' : silent ? 'silent' : 'exited';
    // One that closed its output but lives on is not waited for.
    if (kind === 'exited') await Promise.race([run.exited, pause(deps.clock, EXIT_MS, signal)]);
    return { kind, pictures: pulse.pictures, bytes: pulse.bytes, complaint: run.complaint() };
  } finally {
    over.abort();
    await stopped;
    await run.stop();
  }
}

type Pulse = { at: number; pictures: number; bytes: number };

async function readPictures(
  run: FfmpegRun,
  pulse: Pulse,
  onPicture: (picture: JpegFrame) => void,
  deps: DriverDeps,
  signal: AbortSignal,
): Promise<void> {
  const splitter = createMjpegSplitter();
  const ended = Promise.withResolvers<void>();
  run.stdout.on('data', (chunk: Uint8Array) => {
    if (signal.aborted) return;
    pulse.bytes += chunk.length;
    try {
      for (const picture of splitter.push(chunk)) {
        pulse.at = deps.clock.now();
        pulse.pictures++;
        onPicture(picture);
      }
    } catch (error) {
      ended.reject(error);
    }
  });
  // `close` comes after the last byte and after a kill.
  run.stdout.once('close', () => ended.resolve());
  run.exited.catch(ended.reject);
  run.reports.resume();
  await ended.promise;
}

async function watchdog(pulse: Pulse, limits: CaptureLimits, deps: DriverDeps, over: AbortSignal) {
  while (!over.aborted) {
    const limit = pulse.pictures === 0 ? limits.openMs : limits.silentMs;
    const left = pulse.at + limit - deps.clock.now();
    if (left <= 0) return 'silent';
    // The first picture may come during the pause and bring the shorter limit with it.
    await pause(deps.clock, Math.min(left, limits.silentMs), over);
    // A busy event loop wakes the timer before it reads the pictures that wait in the pipe: read first, judge then.
    await nextTurn();
    await nextTurn();
  }
  return 'over';
}
