import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConformanceSubject, conformance } from './conformance.ts';
import { installFakeCamera } from './fakes/ffmpeg.ts';
import { paintJpeg } from './fakes/jpeg.ts';
import { paintPortrait } from './fakes/portrait.ts';
import { FFMPEG, ffmpegFound } from './ffmpeg.ts';
import { drivers } from './index.ts';

const noFfmpeg = ffmpegFound() ? {} : { missing: 'ffmpeg is missing: apt-get install ffmpeg' };

const v4l2: ConformanceSubject = {
  driver: 'v4l2',
  variant: 'a process that stands in for ffmpeg',
  finite: false,
  async prepare(folder) {
    const { ffmpeg, device } = await installFakeCamera(folder);
    await writeFile(device, 'stream');
    const absent = {
      config: { driver: 'v4l2', device: '/dev/video99' },
      code: 'camera-missing',
      naming: '/dev/video99',
    } as const;
    return { config: { driver: 'v4l2', device }, deps: { ffmpeg }, absent };
  },
};

const absentFilm = (folder: string) => ({
  config: { driver: 'file', path: join(folder, 'none.mp4') },
  code: 'source-missing' as const,
  naming: join(folder, 'none.mp4'),
});

const rawFilm: ConformanceSubject = {
  driver: 'file',
  variant: 'raw MJPEG, without ffmpeg',
  finite: true,
  async prepare(folder) {
    const path = join(folder, 'film.mjpeg');
    const pictures = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => paintJpeg(64, 48, seed)));
    await writeFile(path, Buffer.concat(pictures));
    return { config: { driver: 'file', path, pace: 'real' }, deps: { ffmpeg: '/nowhere' }, absent: absentFilm(folder) };
  },
};

const film = (pace: 'real' | 'fast'): ConformanceSubject => ({
  driver: 'file',
  variant: `MP4 by ffmpeg, ${pace}`,
  ...noFfmpeg,
  finite: true,
  async prepare(folder) {
    const path = join(folder, 'film.mp4');
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=20:duration=0.5'];
    execFileSync(FFMPEG, ['-loglevel', 'error', ...source, '-c:v', 'mpeg4', path]);
    return { config: { driver: 'file', path, pace }, absent: absentFilm(folder) };
  },
});

const stills: ConformanceSubject = {
  driver: 'stills',
  finite: true,
  async prepare(folder) {
    const path = join(folder, 'pictures');
    await mkdir(path);
    for (const seed of [1, 2, 3, 4, 5, 6]) await writeFile(join(path, `${seed}.jpg`), await paintJpeg(64, 48, seed));
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const absent = { config: { driver: 'stills', path: empty }, code: 'source-missing', naming: empty } as const;
    return { config: { driver: 'stills', path }, absent };
  },
};

const simulated = (mode: 'person' | 'photo' | 'replay'): ConformanceSubject => ({
  driver: 'simulated',
  variant: mode,
  finite: false,
  async prepare() {
    const config = { driver: 'simulated', portrait: 'somebody', mode, width: 160, height: 120, fps: 30 };
    const portraits = async (name: string) => {
      if (name !== 'somebody') throw new Error('no such portrait');
      return paintPortrait();
    };
    const absent = { config: { ...config, portrait: 'nobody' }, code: 'source-missing', naming: 'nobody' } as const;
    return { config, deps: { portraits }, absent };
  },
});

/** A new driver joins here. */
const subjects: readonly ConformanceSubject[] = [
  v4l2,
  rawFilm,
  film('real'),
  film('fast'),
  stills,
  simulated('person'),
  simulated('photo'),
  simulated('replay'),
];

for (const subject of subjects) {
  const title = [subject.driver, subject.variant, subject.missing].filter(Boolean).join(': ');
  describe.skipIf(subject.missing)(`the camera ${title}`, () => {
    for (const { title, run } of conformance) it(title, () => run(subject));
  });
}

it('every driver of the table goes through this suite', () => {
  const covered = new Set(subjects.map(({ driver }) => driver));
  expect(drivers.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
});
