import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { holdFolder } from './fakes/folder.ts';
import { ffmpegFound, startFfmpeg } from './ffmpeg.ts';

async function program(folder: string, body: string): Promise<string> {
  const path = join(folder, 'ffmpeg');
  await writeFile(path, `#!${process.execPath}\n${body}`);
  await chmod(path, 0o755);
  return path;
}

describe('running ffmpeg', () => {
  it('tells its exit and its last words', async () => {
    await using folder = await holdFolder();
    const ffmpeg = await program(folder.path, `process.stderr.write('one\\n\\ntwo\\n'); process.exitCode = 3;`);
    const run = startFfmpeg(['x'], { clock: systemClock, ffmpeg });
    run.stdout.resume();
    run.reports.resume();
    expect(await run.exited).toEqual({ code: 3, signal: null });
    expect(run.complaint()).toBe('one; two');
  });

  it('stops a process that is blocked on a full pipe that nobody reads', async () => {
    await using folder = await holdFolder();
    const body = `const { writeSync } = require('node:fs'); try { for (;;) writeSync(1, Buffer.alloc(65536)); } catch {}`;
    const run = startFfmpeg([], { clock: systemClock, ffmpeg: await program(folder.path, body) });
    await systemClock.sleep(200);
    const before = performance.now();
    await run.stop();
    await run.exited;
    expect(performance.now() - before).toBeLessThan(1900);
  });

  it('stops a process that does not heed SIGTERM, and may be told so twice', async () => {
    await using folder = await holdFolder();
    const body = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); process.stdout.write('up');`;
    const run = startFfmpeg([], { clock: systemClock, ffmpeg: await program(folder.path, body) });
    await new Promise((resolve) => run.stdout.once('data', resolve));
    await Promise.all([run.stop(), run.stop()]);
    expect((await run.exited).signal).toBe('SIGKILL');
  });

  it.each([
    ['is not there', undefined],
    ['may not be run', 'x'],
  ])('names the program and the remedy when it %s', async (_, content) => {
    await using folder = await holdFolder();
    const ffmpeg = join(folder.path, 'ffmpeg');
    if (content) await writeFile(ffmpeg, content);
    const run = startFfmpeg([], { clock: systemClock, ffmpeg });
    const missing = { code: 'program-missing', message: expect.stringMatching(`${ffmpeg}.*apt-get install ffmpeg`) };
    await expect(run.exited).rejects.toMatchObject(missing);
    await run.stop();
    expect(ffmpegFound(ffmpeg)).toBe(false);
  });
});
