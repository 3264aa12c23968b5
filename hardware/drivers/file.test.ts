import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import type { Frame } from '../contract.ts';
import { createManualClock } from '../fakes/clock.ts';
import { holdFolder } from '../fakes/folder.ts';
import { paintJpeg } from '../fakes/jpeg.ts';
import { createRecorder } from '../fakes/recorder.ts';
import { FFMPEG, ffmpegFound } from '../ffmpeg.ts';
import { openCamera } from '../index.ts';

type Options = { readonly [option: string]: unknown };

async function play(path: string, options: Options = {}, frames = Number.POSITIVE_INFINITY) {
  const camera = openCamera({ driver: 'file', path, pace: 'fast', ...options }, { clock: systemClock });
  const abort = new AbortController();
  const recorder = createRecorder();
  const frame = (given: Frame) => {
    recorder.frame(given);
    if (recorder.frames.length >= frames) abort.abort();
  };
  await camera.run({ ...recorder, frame }, abort.signal);
  return recorder;
}

async function writeRaw(path: string, pictures: number) {
  const jpegs = await Promise.all(Array.from({ length: pictures }, (_, i) => paintJpeg(32, 24, i + 1)));
  await writeFile(path, Buffer.concat(jpegs));
  return jpegs;
}

describe('a raw MJPEG file', () => {
  it('gives its pictures unchanged, evenly in time', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'film.mjpg');
    const jpegs = await writeRaw(path, 4);
    const { frames } = await play(path, { fps: 20 });
    expect(frames.map(({ at }) => at)).toEqual([0, 50, 100, 150]);
    expect(frames.every(({ image }, i) => Buffer.from(image.data).equals(jpegs[i]!))).toBe(true);
  });

  it('begins again when it loops, while numbers and times go on', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'film.mjpeg');
    await writeRaw(path, 3);
    const { frames } = await play(path, { loop: true, fps: 10 }, 8);
    expect(frames.map(({ seq, at }) => [seq, at])).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n, n * 100]));
  });

  it("plays by the clock at its own pace, on the clock's own time line", async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'film.mjpeg');
    await writeRaw(path, 3);
    const clock = createManualClock();
    await clock.advance(5000);
    const recorder = createRecorder();
    const running = openCamera({ driver: 'file', path, fps: 10 }, { clock }).run(
      recorder,
      new AbortController().signal,
    );
    await recorder.until(({ frames }) => frames.length === 1);
    await clock.advance(99);
    expect(recorder.frames).toHaveLength(1);
    await clock.advance(2);
    expect(recorder.frames).toHaveLength(2);
    await clock.advance(200);
    await running;
    expect(recorder.frames.map(({ at }) => at)).toEqual([5000, 5100, 5200]);
    expect(recorder.kinds()).toBe('opening live ended');
  });

  it('does not wait for its listener at its own pace', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'film.mjpeg');
    await writeRaw(path, 3);
    let given = 0;
    const frame = () => {
      given++;
      return new Promise<void>(() => undefined);
    };
    const camera = openCamera({ driver: 'file', path, fps: 100 }, { clock: systemClock });
    await camera.run({ ...createRecorder(), frame }, new AbortController().signal);
    expect(given).toBe(3);
  });

  it('waits for its listener at full speed, and not even an abort is held up by it', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'film.mjpeg');
    await writeRaw(path, 3);
    let given = 0;
    const abort = new AbortController();
    const frame = () => {
      given++;
      return new Promise<void>(() => undefined);
    };
    const camera = openCamera({ driver: 'file', path, pace: 'fast' }, { clock: systemClock });
    const running = camera.run({ ...createRecorder(), frame }, abort.signal);
    await systemClock.sleep(100);
    expect(given).toBe(1);
    abort.abort();
    await running;
    expect(given).toBe(1);
  });

  it('is refused when it holds no picture', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'film.mjpeg');
    await writeFile(path, 'nothing');
    await expect(play(path)).rejects.toMatchObject({
      code: 'camera-unreadable',
      message: expect.stringContaining(path),
    });
    await expect(play(path, { loop: true })).rejects.toMatchObject({ code: 'camera-unreadable' });
  });

  it('is a file, not a folder', async () => {
    await using folder = await holdFolder();
    await expect(play(folder.path)).rejects.toMatchObject({
      code: 'source-missing',
      message: expect.stringContaining('stills'),
    });
  });
});

it('a film that needs ffmpeg says so where there is none', async () => {
  await using folder = await holdFolder();
  const path = join(folder.path, 'film.mp4');
  await writeFile(path, 'anything');
  const camera = openCamera({ driver: 'file', path }, { clock: systemClock, ffmpeg: '/nowhere/ffmpeg' });
  const running = camera.run(createRecorder(), new AbortController().signal);
  await expect(running).rejects.toMatchObject({
    code: 'program-missing',
    message: expect.stringContaining('apt-get install ffmpeg'),
  });
});

const noFfmpeg = ffmpegFound() ? '' : ' (ffmpeg is missing: apt-get install ffmpeg)';
describe.skipIf(noFfmpeg)(`a film by ffmpeg${noFfmpeg}`, () => {
  const make = (path: string, ...args: string[]) => execFileSync(FFMPEG, ['-loglevel', 'error', ...args, path]);
  const test = (size = '160x120', duration = 1) => [
    '-f',
    'lavfi',
    '-i',
    `testsrc=size=${size}:rate=10:duration=${duration}`,
  ];

  it('comes as raw RGB with its own times', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'red.mkv');
    make(path, '-f', 'lavfi', '-i', 'color=red:size=64x48:rate=10:duration=0.5', '-c:v', 'ffv1');
    const { frames } = await play(path);
    expect(frames.map(({ at }) => at)).toEqual([0, 100, 200, 300, 400]);
    for (const { image, width, height } of frames) {
      expect([image.kind, width, height, image.data.length]).toEqual(['rgb', 64, 48, 64 * 48 * 3]);
      const [r, g, b] = image.data;
      expect(r).toBeGreaterThan(250);
      expect(Math.max(g!, b!)).toBeLessThan(6);
    }
  });

  it('keeps uneven times, and neither doubles nor drops a picture for them', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'uneven.mkv');
    make(
      path,
      ...test(),
      '-vf',
      'settb=1/1000,setpts=N*N*50',
      '-vsync',
      'passthrough',
      '-c:v',
      'mjpeg',
      '-enc_time_base',
      '1:1000',
    );
    const { frames } = await play(path);
    const want = Array.from({ length: 10 }, (_, n) => n * n * 50);
    expect(frames).toHaveLength(10);
    for (const [i, { at }] of frames.entries()) expect(Math.abs(at - want[i]!)).toBeLessThanOrEqual(1);
    expect(new Set(frames.map(({ image }) => Buffer.from(image.data).toString('base64'))).size).toBe(10);
  });

  it('is turned upright where its metadata says so', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'turned.mp4');
    make(path, ...test(), '-c:v', 'mpeg4');
    const bytes = await readFile(path);
    // The display matrix of the track header (ISO/IEC 14496-12, 8.3.2): a quarter turn.
    const matrix = bytes.indexOf('tkhd') + 4 + 40;
    const turn = [0, 0x00010000, 0, 0xffff0000, 0, 0, 0, 0, 0x40000000];
    for (const [i, value] of turn.entries()) bytes.writeUInt32BE(value, matrix + 4 * i);
    await writeFile(path, bytes);
    const { frames } = await play(path);
    expect(frames[0]).toMatchObject({ width: 120, height: 160 });
  });

  it('loops, while numbers and times go on', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'short.mkv');
    make(path, ...test('64x48', 0.3), '-c:v', 'ffv1');
    const { frames } = await play(path, { loop: true }, 7);
    expect(frames.map(({ seq, at }) => [seq, at])).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => [n, n * 100]));
  });

  it('loses nothing to a slow listener at full speed', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'film.mkv');
    make(path, ...test('640x480', 2), '-c:v', 'mjpeg');
    const camera = openCamera({ driver: 'file', path, pace: 'fast' }, { clock: systemClock });
    const seqs: number[] = [];
    const frame = async ({ seq }: Frame) => {
      seqs.push(seq);
      await systemClock.sleep(20);
    };
    await camera.run({ ...createRecorder(), frame }, new AbortController().signal);
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it("is refused when ffmpeg cannot read it, in ffmpeg's own words", async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'film.mp4');
    await writeFile(path, 'this is no film');
    const refused = { code: 'camera-unreadable', message: expect.stringMatching(/film\.mp4 is no film.*Invalid data/) };
    await expect(play(path)).rejects.toMatchObject(refused);
  });

  it('may have a name that looks like an option, a protocol or a pattern', async () => {
    await using folder = await holdFolder();
    for (const name of ['-i.mkv', 'a:b.mkv', 'x%03d.mkv', '照片 1.mkv']) {
      const path = join(folder.path, name);
      make(`file:${path}`, ...test('64x48', 0.2), '-c:v', 'ffv1');
      expect((await play(path)).frames).toHaveLength(2);
    }
  });

  const films = '../shared/eval/videos';
  const absent = existsSync(films) ? '' : ` (${films} is not here)`;
  it.skipIf(absent).each([
    ['turns_live.mov', 960, 540],
    ['turn_up_live_1080p.mp4', 1920, 1080],
    ['phone_replay.mp4', 960, 540],
  ])(`%s plays to its end${absent}`, async (name, width, height) => {
    const camera = openCamera({ driver: 'file', path: join(films, name), pace: 'fast' }, { clock: systemClock });
    const seen: { width: number; height: number; at: number }[] = [];
    const frame = ({ width, height, at }: Frame) => void seen.push({ width, height, at });
    await camera.run({ ...createRecorder(), frame }, new AbortController().signal);
    expect(seen.length).toBeGreaterThan(100);
    for (const [i, shot] of seen.entries()) {
      expect([shot.width, shot.height]).toEqual([width, height]);
      if (i > 0) expect(shot.at).toBeGreaterThan(seen[i - 1]!.at);
    }
  });
});
