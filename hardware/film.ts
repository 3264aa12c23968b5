import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type FrameImage, HardwareError } from './contract.ts';
import type { DriverDeps } from './define.ts';
import { FFMPEG_REMEDY, type FfmpegRun, startFfmpeg } from './ffmpeg.ts';
import { createMjpegSplitter } from './mjpeg.ts';
import { readPpm } from './ppm.ts';

/** One picture of a film. `at`: its place on the film's own time line, milliseconds, never decreasing. */
export type Shot = {
  readonly index: number;
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly image: FrameImage;
};

/**
 * `metadata` prints a line for each picture that carries any, so one is added; the picture times go to descriptor 3,
 * the pictures to stdout, and no picture is doubled or dropped between the two.
 */
const TIMES_FILTER = 'metadata=mode=add:key=k:value=1,metadata=mode=print:direct=1:file=pipe\\\\:3';

const filmArgs = (path: string, passthrough: string) => [
  ...['-i', `file:${path}`, '-map', '0:v:0', '-vf', TIMES_FILTER, passthrough, 'passthrough'],
  ...['-enc_time_base', '1:90000', '-c:v', 'ppm', '-f', 'image2pipe', 'pipe:1'],
];

/**
 * The pictures of any film that ffmpeg reads, upright, as raw RGB, at their own times.
 * @throws HardwareError `program-missing`; `camera-unreadable` when it is no film or breaks off.
 */
export async function* readFilm(path: string, deps: DriverDeps, signal: AbortSignal): AsyncGenerator<Shot> {
  // ffmpeg 4 knows only the one name of the option, a later one may know only the other.
  for (const passthrough of ['-vsync', '-fps_mode']) {
    const known = yield* readFilmWith(passthrough, path, deps, signal);
    if (known || signal.aborted) return;
  }
  throw new HardwareError('program-missing', `this ffmpeg knows neither -vsync nor -fps_mode: ${FFMPEG_REMEDY}`);
}

/** Returns whether ffmpeg knew the option. */
async function* readFilmWith(passthrough: string, path: string, deps: DriverDeps, signal: AbortSignal) {
  if (signal.aborted) return true;
  const run = startFfmpeg(filmArgs(path, passthrough), deps);
  const stop = () => void run.stop();
  signal.addEventListener('abort', stop, { once: true });
  const times = readTimes(createInterface({ input: run.reports })[Symbol.asyncIterator]());
  let index = 0;
  try {
    let [at, gap] = [0, 40];
    for await (const { width, height, data } of readPpm(run.stdout)) {
      const next = Math.max(at, (await times.next()).value ?? at + gap);
      if (index > 0) gap = next - at;
      at = next;
      const image: FrameImage = { kind: 'rgb', data };
      yield { index: index++, at, width, height, image } satisfies Shot;
    }
    return await checkEnd(path, run, index, passthrough);
  } catch (error) {
    if (signal.aborted) return true;
    if (error instanceof HardwareError) throw error;
    throw new HardwareError('camera-unreadable', `${path}: ${(error as Error).message}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
    await run.stop();
  }
}

async function checkEnd(path: string, run: FfmpegRun, pictures: number, option: string): Promise<boolean> {
  const { code, signal } = await run.exited;
  if (pictures > 0 && code === 0) return true;
  if (pictures === 0 && run.complaint().includes(`Unrecognized option '${option.slice(1)}'`)) return false;
  const what = pictures === 0 ? 'is no film that ffmpeg can read' : `breaks off after ${pictures} pictures`;
  const why = run.complaint() || `ffmpeg ended with ${signal ?? `exit code ${code}`}`;
  throw new HardwareError('camera-unreadable', `${path} ${what}: ${why}`);
}

/** Milliseconds, picture by picture; nothing for a picture without a time. */
async function* readTimes(lines: AsyncIterable<string>): AsyncGenerator<number | undefined, undefined> {
  for await (const line of lines) {
    const time = /^frame:.*pts_time:(\S+)/.exec(line)?.[1];
    if (time !== undefined) yield Number.isFinite(Number(time)) ? Number(time) * 1000 : undefined;
  }
}

/**
 * The pictures of a raw MJPEG file, unchanged, `fps` a second; needs no ffmpeg.
 * @throws HardwareError `camera-unreadable` when it holds none.
 */
export async function* readMjpegFile(path: string, fps: number, signal: AbortSignal): AsyncGenerator<Shot> {
  if (signal.aborted) return;
  const file = createReadStream(path);
  const stop = () => file.destroy();
  signal.addEventListener('abort', stop, { once: true });
  const splitter = createMjpegSplitter();
  let pictures = 0;
  try {
    for await (const chunk of file) {
      for (const { index, width, height, data } of splitter.push(chunk)) {
        pictures++;
        yield { index, at: (index * 1000) / fps, width, height, image: { kind: 'jpeg', data } };
      }
    }
    if (pictures === 0) throw new HardwareError('camera-unreadable', `${path} holds no whole JPEG picture`);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    file.destroy();
    if (!file.closed) await new Promise<void>((resolve) => file.once('close', resolve));
  }
}
