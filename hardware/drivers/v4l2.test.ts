import { rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import type { CameraState } from '../contract.ts';
import { trackChildren } from '../fakes/children.ts';
import { type Behaviour, installFakeCamera } from '../fakes/ffmpeg.ts';
import { holdFolder } from '../fakes/folder.ts';
import { createRecorder } from '../fakes/recorder.ts';
import { ffmpegFound } from '../ffmpeg.ts';
import { openCamera } from '../index.ts';
import { openLive } from '../live.ts';
import { diagnoseDevice, waysToAsk } from './v4l2.ts';

const lost = (states: readonly CameraState[]) => states.filter((state) => state.kind === 'lost');

/** A camera that behaves so, plugged into a real process that stands in for ffmpeg. */
async function plug(behaviour: Behaviour, openMs = 8000) {
  const folder = await holdFolder();
  const fake = await installFakeCamera(folder.path);
  const become = (next: Behaviour) => writeFile(fake.device, next);
  await become(behaviour);
  const children = trackChildren();
  const deps = { clock: systemClock, ffmpeg: fake.ffmpeg, spawn: children.spawn };
  const camera = openCamera({ driver: 'v4l2', device: fake.device, silentMs: 1000, openMs }, deps);
  const abort = new AbortController();
  const recorder = createRecorder();
  const running = camera.run(recorder, abort.signal);
  return {
    ...{ fake, recorder, children, become },
    unplug: () => rm(fake.device),
    async [Symbol.asyncDispose]() {
      abort.abort();
      await running;
      expect(children.running()).toBe(0);
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('a v4l2 camera on real processes', () => {
  it('hands the pictures of the camera on unchanged', async () => {
    await using scene = await plug('stream');
    await scene.recorder.until(({ frames }) => frames.length >= 3);
    const { width, height, picture } = scene.fake;
    for (const { image, ...frame } of scene.recorder.frames) {
      expect(frame).toMatchObject({ width, height });
      expect(image.kind).toBe('jpeg');
      expect(Buffer.from(image.data).equals(picture)).toBe(true);
    }
  });

  it('is lost when it is pulled out and live when it is back, in the same run', async () => {
    await using scene = await plug('stream');
    await scene.recorder.until(({ frames }) => frames.length >= 2);
    await scene.unplug();
    await scene.recorder.until(({ states }) => lost(states).length >= 2);
    await scene.become('stream');
    const before = scene.recorder.frames.length;
    await scene.recorder.until(({ frames }) => frames.length >= before + 2);
    expect(scene.recorder.kinds()).toMatch(/^opening live( lost){2,} live$/);
    for (const state of lost(scene.recorder.states)) {
      expect(state).toMatchObject({ code: 'camera-missing', reason: expect.stringContaining(scene.fake.device) });
    }
    const seqs = scene.recorder.frames.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i));
  });

  it('is lost when ffmpeg exits with 0 while the camera is still there', async () => {
    await using scene = await plug('exit-0');
    await scene.recorder.until(({ states }) => lost(states).length >= 2);
    expect(scene.recorder.kinds()).toMatch(/^opening live lost live lost/);
    expect(lost(scene.recorder.states)[0]).toMatchObject({ code: 'camera-missing', retryInMs: 500 });
  });

  it.each(['hang', 'stubborn'] as const)('is started anew when ffmpeg falls silent (%s)', async (behaviour) => {
    await using scene = await plug(behaviour);
    await scene.recorder.until(({ states }) => lost(states).length >= 1);
    expect(lost(scene.recorder.states)[0]).toMatchObject({ code: 'camera-silent' });
    expect(scene.children.running()).toBe(0);
    await scene.become('stream');
    await scene.recorder.until(({ frames }) => frames.length >= 8);
    expect(scene.recorder.kinds()).toBe('opening live lost live');
  });

  it.each([
    ['mute', 'camera-silent'],
    ['garbage', 'camera-unreadable'],
    ['busy', 'camera-unreadable'],
  ] as const)('says why there is no picture at all (%s)', async (behaviour, code) => {
    await using scene = await plug(behaviour, 2500);
    await scene.recorder.until(({ states }) => lost(states).length >= 1);
    expect(lost(scene.recorder.states)[0]).toMatchObject({ code, reason: expect.stringContaining(scene.fake.device) });
    expect(scene.recorder.frames).toEqual([]);
  });

  it('is not taken for silent because this process was busy itself', async () => {
    await using scene = await plug('stream');
    await scene.recorder.until(({ frames }) => frames.length >= 2);
    for (const busyUntil = performance.now() + 2500; performance.now() < busyUntil; );
    const before = scene.recorder.frames.length;
    await scene.recorder.until(({ frames }) => frames.length >= before + 5);
    expect(scene.recorder.kinds()).toBe('opening live');
    expect(scene.children.started).toHaveLength(1);
  });

  it('lets ffmpeg encode for a camera that makes no JPEG', async () => {
    await using scene = await plug('raw-only');
    await scene.recorder.until(({ frames }) => frames.length >= 2);
    expect(scene.recorder.kinds()).toBe('opening live');
    const args = scene.children.started.map((child) => child.spawnargs.join(' '));
    expect(args[0]).toContain('-input_format mjpeg');
    expect(args[1]).toContain('-input_format yuyv422');
    expect(args[1]).toContain('-c:v mjpeg -q:v 4');
  });

  it('throws at once when there is no ffmpeg, and says how to install it', async () => {
    const camera = openCamera({ driver: 'v4l2' }, { clock: systemClock, ffmpeg: '/nowhere/ffmpeg' });
    const running = camera.run(createRecorder(), new AbortController().signal);
    await expect(running).rejects.toMatchObject({
      code: 'program-missing',
      message: expect.stringContaining('apt-get install ffmpeg'),
    });
  });
});

describe('what a v4l2 camera is asked for', () => {
  const base = { device: '/dev/video2', silentMs: 2000, openMs: 5000 };

  it('is its own JPEG, copied, at the size and rate that were named', () => {
    const [first] = waysToAsk({ ...base, width: 640, height: 480, fps: 30 });
    expect(first!.join(' ')).toBe(
      '-f v4l2 -input_format mjpeg -video_size 640x480 -framerate 30 -i /dev/video2 -an -c:v copy -f mjpeg -flush_packets 1 pipe:1',
    );
  });

  it('leaves size and rate to the camera when none is named', () => {
    for (const way of waysToAsk(base)) expect(way.join(' ')).not.toMatch(/video_size|framerate/);
  });

  it('is refused a width without a height', () => {
    const open = () => openCamera({ driver: 'v4l2', width: 640 }, { clock: systemClock });
    expect(open).toThrow(/width and height/);
  });
});

describe('the diagnosis of a v4l2 camera', () => {
  const end = { kind: 'exited', pictures: 0, bytes: 0, complaint: '' } as const;

  it.each([
    [{ ...end, complaint: '/dev/video0: No such file or directory' }, true, 'camera-missing', /plug it in/],
    [{ ...end, pictures: 9, complaint: 'ioctl(VIDIOC_DQBUF): No such device' }, true, 'camera-missing', /went away/],
    [{ ...end, pictures: 9 }, true, 'camera-missing', /ended its stream/],
    [{ ...end, pictures: 9 }, false, 'camera-missing', /no camera at/],
    [{ ...end, complaint: '/dev/video0: Permission denied' }, true, 'camera-unreadable', /group "video"/],
    [{ ...end, complaint: '/dev/video0: Device or resource busy' }, true, 'camera-unreadable', /another program/],
    [{ ...end, complaint: 'Inappropriate ioctl for device' }, true, 'camera-unreadable', /Inappropriate ioctl/],
    [{ ...end, kind: 'silent' }, true, 'camera-silent', /no picture/],
    [{ ...end, kind: 'silent', pictures: 9, bytes: 900 }, true, 'camera-silent', /stopped giving/],
    [{ ...end, kind: 'silent', bytes: 900 }, true, 'camera-unreadable', /nothing that is a picture/],
  ] as const)('of %o (present: %s) is %s', (ended, present, code, reason) => {
    const told = diagnoseDevice('/dev/video0', ended, present);
    expect(told.code).toBe(code);
    expect(told.reason).toMatch(reason);
    expect(told.reason).toContain('/dev/video0');
  });
});

const noFfmpeg = ffmpegFound() ? '' : ' (ffmpeg is missing: apt-get install ffmpeg)';
describe.skipIf(noFfmpeg)(`the same code on ffmpeg itself${noFfmpeg}`, () => {
  const source = (input: readonly string[]) => ({
    name: 'test picture',
    ways: [[...input, '-c:v', 'mjpeg', '-q:v', '4', '-f', 'mjpeg', '-flush_packets', '1', 'pipe:1']],
    limits: { openMs: 5000, silentMs: 2000 },
    diagnose: (end: Parameters<typeof diagnoseDevice>[1]) => diagnoseDevice('test picture', end, true),
  });

  it('gives a picture when it is made, not when the next one comes', async () => {
    const camera = openLive(source(['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=5']), {
      clock: systemClock,
    });
    const recorder = createRecorder();
    const abort = new AbortController();
    const running = camera.run(recorder, abort.signal);
    await recorder.until(({ frames }) => frames.length >= 10);
    abort.abort();
    await running;
    const times = recorder.frames.map(({ at }) => at);
    // Kept back until a buffer is full, they would come several at once.
    const apart = times.filter((at, i) => i > 0 && at - times[i - 1]! > 100);
    expect(apart.length).toBeGreaterThanOrEqual(6);
    expect(recorder.kinds()).toBe('opening live');
  });

  it('is lost when the source ends', async () => {
    const camera = openLive(source(['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=5:duration=1']), {
      clock: systemClock,
    });
    const recorder = createRecorder();
    const abort = new AbortController();
    const running = camera.run(recorder, abort.signal);
    await recorder.until(({ states }) => lost(states).length > 0);
    abort.abort();
    await running;
    expect(recorder.frames).toHaveLength(5);
    expect(recorder.kinds()).toBe('opening live lost');
  });
});
