import { announceLive } from './announce.ts';
import { type CaptureEnd, type CaptureLimits, capture } from './capture.ts';
import { pause } from './clock.ts';
import type { Camera, CameraListener, HardwareCode } from './contract.ts';
import type { DriverDeps } from './define.ts';
import type { JpegFrame } from './mjpeg.ts';

/** A camera that ffmpeg reads as MJPEG. */
export type LiveSource = {
  readonly name: string;
  /** ffmpeg's arguments: the ways to ask for pictures, the best first; one that gave pictures is kept. */
  readonly ways: readonly (readonly string[])[];
  readonly limits: CaptureLimits;
  /** Says in a technician's words why the pictures stopped, or never came. */
  diagnose(end: CaptureEnd): Diagnosis;
};
export type Diagnosis = { readonly code: HardwareCode; readonly reason: string };

/** Milliseconds before try number `tries` (from 0): doubling from 0.5 s, 5 s at most. */
export const retryDelay = (tries: number) => Math.min(5000, 500 * 2 ** Math.min(tries, 10));

/** A camera that is watched, and opened again for as long as it takes. */
export function openLive(source: LiveSource, deps: DriverDeps): Camera {
  return {
    name: source.name,
    run: (listener, signal) => keepRunning(source, announceLive(listener), deps, signal),
  };
}

type Progress = { seq: number; way: number; proven: boolean; tries: number };

async function keepRunning(source: LiveSource, listener: CameraListener, deps: DriverDeps, signal: AbortSignal) {
  if (signal.aborted) return;
  listener.state({ kind: 'opening' });
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  const progress: Progress = { seq: 0, way: 0, proven: false, tries: 0 };
  for (;;) {
    const deliver = deliverer(listener, deps, progress, (error) => failed.abort({ error }));
    const end = await capture(source.ways[progress.way]!, source.limits, deliver, deps, until);
    if (failed.signal.aborted) throw (failed.signal.reason as { error: unknown }).error;
    if (signal.aborted) return;
    const diagnosis = source.diagnose(end);
    if (!chooseWay(progress, source.ways.length, end, diagnosis)) continue;
    const retryInMs = retryDelay(progress.tries++);
    listener.state({ kind: 'lost', ...diagnosis, retryInMs });
    await pause(deps.clock, retryInMs, signal);
    if (signal.aborted) return;
  }
}

/** Numbers and times the pictures over all restarts; a live source never waits for its listener. */
function deliverer(listener: CameraListener, deps: DriverDeps, progress: Progress, fail: (error: unknown) => void) {
  const base = progress.seq;
  return ({ index, width, height, data }: JpegFrame) => {
    const seq = base + index;
    Object.assign(progress, { seq: seq + 1, proven: true, tries: 0 });
    const frame = { seq, at: deps.clock.now(), width, height, image: { kind: 'jpeg', data } as const };
    Promise.resolve(listener.frame(frame)).catch(fail);
  };
}

/**
 * After a failure: false when another way of asking is to be tried at once, true when the camera counts as lost.
 * A camera that is not there, or once gave pictures this way, is no reason to ask otherwise;
 * but one that came back and gives none may be another camera: from then on all ways are tried anew.
 */
function chooseWay(progress: Progress, ways: number, end: CaptureEnd, { code }: Diagnosis): boolean {
  if (end.pictures > 0 || code === 'camera-missing') return true;
  if (progress.proven) {
    Object.assign(progress, { proven: false, way: 0 });
    return true;
  }
  progress.way = (progress.way + 1) % ways;
  return progress.way === 0 || end.kind === 'silent';
}
