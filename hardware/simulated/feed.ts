import sharp from 'sharp';
import { pause } from '../clock.ts';
import type { CameraListener, FrameImage } from '../contract.ts';
import type { Clock } from '../define.ts';
import { type Shot, shotAt, type Tape } from './recording.ts';
import type { Subject } from './subject.ts';

export type Feed = {
  readonly subject: Subject;
  /** Where the camera replays what it recorded. */
  readonly tape?: Tape;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
};

/** One run of pictures at a pace: of the subject, or of a recording. */
type Take = { readonly shots: readonly Shot[] | undefined; readonly began: number; step: number };

/**
 * Shoots at the feed's rate until the signal aborts, never waiting for the listener; pictures that could not be shot
 * in time are left out, and their numbers with them. Without a tape each picture is raw and a fresh copy; with a tape
 * each is a JPEG, and a replayed one is the very bytes of the recording: to be read only.
 * @throws what the listener throws.
 */
export async function shootUntilAborted(
  feed: Feed,
  clock: Clock,
  listener: CameraListener,
  signal: AbortSignal,
): Promise<void> {
  const { width, height, tape } = feed;
  let failure: { readonly error: unknown } | undefined;
  let take: Take | undefined;
  let seq = 0;
  while (!signal.aborted) {
    const shots = tape?.playing();
    if (!take || take.shots !== shots) take = { shots, began: clock.now(), step: 0 };
    seq += catchUp(take, feed.fps, clock.now());
    await pause(clock, Math.max(0, dueTime(take, feed.fps) - clock.now()), signal);
    if (failure) throw failure.error;
    if (signal.aborted || tape?.playing() !== shots) continue;
    const at = clock.now();
    const image = shots ? { kind: 'jpeg' as const, data: shotAt(shots, take.step).jpeg } : await shoot(feed, at);
    if (signal.aborted) return;
    take.step++;
    Promise.resolve(listener.frame({ seq: seq++, at, width, height, image })).catch((error: unknown) => {
      failure = { error };
    });
  }
}

function dueTime({ shots, began, step }: Take, fps: number): number {
  return began + (shots ? shotAt(shots, step).after : (step * 1000) / fps);
}

/** Leaves out the pictures whose time is over; answers with how many. A recording is played in full. */
function catchUp(take: Take, fps: number, now: number): number {
  if (take.shots) return 0;
  const lost = Math.max(0, Math.floor(((now - dueTime(take, fps)) * fps) / 1000));
  take.step += lost;
  return lost;
}

async function shoot({ subject, tape, width, height }: Feed, at: number): Promise<FrameImage> {
  const data = subject.shoot(at);
  if (!tape) return { kind: 'rgb', data };
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer();
  tape.keep(jpeg, at);
  return { kind: 'jpeg', data: jpeg };
}
