import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ffmpegFound } from '../../hardware/ffmpeg.ts';
import { ensureModels } from '../../models/build.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const FILMS = join(import.meta.dirname, '..', '..', '..', 'shared', 'eval', 'videos');
const noFfmpeg = ffmpegFound() ? '' : ' (ffmpeg is missing: apt-get install ffmpeg)';
const noFilms = noFfmpeg || (existsSync(FILMS) ? '' : ' (../shared/eval is not on this machine)');

type Ended = { readonly code: number; readonly lines: string[]; readonly complaint: string };

function observe(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, lines: stdout.split('\n').filter(Boolean), complaint: stderr.trim() });
    });
  });
}

describe('npm run observe', () => {
  let folder: string;
  let photos: string;
  beforeAll(async () => {
    photos = join(await ensureModels(), 'photos');
    folder = await mkdtemp(join(tmpdir(), 'observe-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('prints a line a picture of a folder, by name, and a summary', async () => {
    const { code, lines } = await observe([photos, '--json']);
    expect(code).toBe(0);
    const rows = lines.map((line) => JSON.parse(line));
    const summary = rows.pop();
    expect(rows.length).toBeGreaterThanOrEqual(6);
    expect(rows[0]).toMatchObject({ kind: 'frame', seq: 0, file: 'sample1.jpg', faces: 3 });
    expect(rows[0].yaw).toBeTypeOf('number');
    expect(rows[0].quality.sharpness).toBeGreaterThan(0);
    expect(summary).toMatchObject({ kind: 'summary', frames: rows.length, framesWithFace: rows.length, unreadable: 0 });
  });

  it('reads a raw MJPEG film without ffmpeg, following the face', async () => {
    const photo = await readFile(join(photos, 'sample2.jpg'));
    const { width = 0, height = 0 } = await sharp(photo).metadata();
    const pictures: Buffer[] = [];
    for (let i = 0; i < 8; i++) {
      const part = {
        left: Math.round(width * 0.6) + 3 * i,
        top: 0,
        width: Math.round(width * 0.35),
        height: Math.round(height * 0.5),
      };
      pictures.push(await sharp(photo).extract(part).resize(480).jpeg().toBuffer());
    }
    const film = join(folder, 'film.mjpeg');
    await writeFile(film, Buffer.concat(pictures));
    const { code, lines } = await observe([film, '--json'], { ...process.env, PATH: '/nowhere' });
    expect(code).toBe(0);
    const rows = lines.map((line) => JSON.parse(line));
    expect(rows).toHaveLength(9);
    expect(new Set(rows.slice(0, 8).map((row) => row.track))).toEqual(new Set([1]));
    const text = await observe([film]);
    expect(text.lines).toHaveLength(9);
    expect(text.lines[8]).toContain('8 frames, 8 with a face');
  });

  it('goes on after a picture that is none, says so, and ends with 1', async () => {
    const mixed = join(folder, 'mixed');
    await mkdir(mixed);
    await writeFile(join(mixed, 'a-broken.jpg'), 'no picture');
    await cp(join(photos, 'sample1.jpg'), join(mixed, 'b.jpg'));
    const { code, lines, complaint } = await observe([mixed, '--json']);
    expect(code).toBe(1);
    expect(complaint).toMatch(/^observe: a-broken\.jpg: camera-unreadable: [^\n]*$/);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ frames: 1, unreadable: 1 });
  });

  it('says in one line, with a code, what cannot be used, and ends with 2', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const cases: [string[], RegExp][] = [
      [[], /^observe: option-invalid: name a SOURCE/],
      [['--jsn', photos], /^observe: option-invalid: unknown option --jsn/],
      [[join(folder, 'no-such.mp4')], /^observe: source-missing: .*no-such\.mp4/],
      [['/dev/video99'], /^observe: source-missing: .*\/dev\/video99/],
      [[empty], /^observe: source-missing: .*no \.jpg or \.png/],
    ];
    for (const [words, wanted] of cases) {
      const { code, lines, complaint } = await observe(words);
      expect(code).toBe(2);
      expect(complaint).toMatch(wanted);
      expect(complaint.split('\n')).toHaveLength(1);
      expect(lines).toEqual([]);
    }
  });

  it('names the missing program for a film', async () => {
    const film = join(folder, 'film.mp4');
    await writeFile(film, 'no film');
    const { code, complaint } = await observe([film], { ...process.env, PATH: '/nowhere' });
    expect(code).toBe(2);
    expect(complaint).toMatch(/^observe: program-missing: .*ffmpeg/);
  });

  it('documents signs and units', async () => {
    const { code, lines } = await observe(['--help']);
    expect(code).toBe(0);
    expect(lines.join('\n')).toMatch(/yaw\s+degrees; > 0: the nose points to the picture's left/);
  });

  it.skipIf(noFfmpeg)(`says what is no film${noFfmpeg}`, async () => {
    const film = join(folder, 'text.mp4');
    await writeFile(film, 'no film');
    const { code, complaint } = await observe([film]);
    expect(code).toBe(2);
    expect(complaint).toMatch(/^observe: camera-unreadable: [^\n]*text\.mp4[^\n]*$/);
  });

  it.skipIf(noFilms)(`sees the turns and the look up of real films${noFilms}`, { timeout: 120_000 }, async () => {
    const summary = async (name: string) => JSON.parse((await observe([join(FILMS, name), '--json'])).lines.at(-1)!);
    const turns = await summary('turns_live.mov');
    expect(turns.framesWithFace).toBeGreaterThan(0.85 * turns.frames);
    expect(turns.yaw[0]).toBeLessThan(-35);
    expect(turns.yaw[1]).toBeGreaterThan(35);
    const up = await summary('turn_up_live_1080p.mp4');
    expect(up.framesWithFace).toBe(up.frames);
    expect(up.pitch[1]).toBeGreaterThan(25);
    expect((await summary('phone_replay.mp4')).frames).toBeGreaterThan(100);
  });
});
