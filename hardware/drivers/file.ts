import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { announceLive } from '../announce.ts';
import { pause, untilAborted } from '../clock.ts';
import { type CameraListener, type Frame, HardwareError } from '../contract.ts';
import { type DriverDeps, defineDriver } from '../define.ts';
import { readFilm, readMjpegFile, type Shot } from '../film.ts';

const options = z.strictObject({
  /** Any film that ffmpeg reads; `.mjpeg` and `.mjpg` need no ffmpeg. */
  path: z.string().min(1),
  /** `real` plays by the clock; `fast` waits for the listener and loses nothing. */
  pace: z.enum(['real', 'fast']).default('real'),
  /** Begins again at the end; its time line goes on. */
  loop: z.boolean().default(false),
  /** Pictures a second of a raw MJPEG file, which holds no times of its own. */
  fps: z.number().positive().max(240).default(25),
});
type FileOptions = z.output<typeof options>;

/** A film. With `fast`, `Frame.at` is the film's time line; with `real`, the same on the clock's line. */
export const file = defineDriver({
  name: 'file',
  options,
  open: (chosen, deps) => ({
    name: `file ${chosen.path}`,
    run: (listener, signal) => play(chosen, deps, announceLive(listener), signal),
  }),
});

async function play(chosen: FileOptions, deps: DriverDeps, listener: CameraListener, signal: AbortSignal) {
  if (signal.aborted) return;
  listener.state({ kind: 'opening' });
  await checkIsFile(chosen.path);
  const deliver = chosen.pace === 'fast' ? handOver(listener, signal) : handOverByClock(listener, deps, signal);
  for await (const frame of frames(chosen, deps, signal)) {
    await deliver(frame);
    if (signal.aborted) return;
  }
  if (!signal.aborted) listener.state({ kind: 'ended' });
}

async function checkIsFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new HardwareError('source-missing', `there is no file ${path}`);
  if (found.isDirectory()) {
    throw new HardwareError(
      'source-missing',
      `${path} is a folder, not a film: for a folder of pictures use the driver stills`,
    );
  }
}

/** All pictures, once or for ever, with times and numbers that go on over the loops. */
async function* frames(chosen: FileOptions, deps: DriverDeps, signal: AbortSignal): AsyncGenerator<Frame> {
  let [seqBase, atBase] = [0, 0];
  do {
    let [seq, at, gap] = [0, 0, 1000 / chosen.fps];
    for await (const shot of shots(chosen, deps, signal)) {
      if (shot.index > 0 && shot.at > at) gap = shot.at - at;
      [seq, at] = [shot.index, shot.at];
      yield { seq: seqBase + seq, at: atBase + at, width: shot.width, height: shot.height, image: shot.image };
    }
    seqBase += seq + 1;
    atBase += at + gap;
  } while (chosen.loop && !signal.aborted);
}

function shots(chosen: FileOptions, deps: DriverDeps, signal: AbortSignal): AsyncGenerator<Shot> {
  const raw = /\.mjpe?g$/i.test(chosen.path);
  return raw ? readMjpegFile(chosen.path, chosen.fps, signal) : readFilm(chosen.path, deps, signal);
}

function handOver(listener: CameraListener, signal: AbortSignal) {
  return (frame: Frame) => untilAborted(Promise.resolve(listener.frame(frame)), signal);
}

/** Each frame when it is due, never waiting for the listener; the listener's failure ends the film. */
function handOverByClock(listener: CameraListener, deps: DriverDeps, signal: AbortSignal) {
  let base: number | undefined;
  let failure: { readonly error: unknown } | undefined;
  return async (frame: Frame) => {
    base ??= deps.clock.now() - frame.at;
    const due = base + frame.at - deps.clock.now();
    if (due > 0) await pause(deps.clock, due, signal);
    if (failure) throw failure.error;
    if (signal.aborted) return;
    Promise.resolve(listener.frame({ ...frame, at: base + frame.at })).catch((error: unknown) => {
      failure = { error };
    });
  };
}
