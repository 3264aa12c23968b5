import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { holdFolder } from '../fakes/folder.ts';
import { paintJpeg } from '../fakes/jpeg.ts';
import { createRecorder } from '../fakes/recorder.ts';
import { openCamera } from '../index.ts';

async function show(path: string, options = {}, recorder = createRecorder()) {
  const camera = openCamera({ driver: 'stills', path, ...options }, { clock: systemClock });
  await camera.run(recorder, new AbortController().signal);
  return recorder;
}

const solid = (
  width: number,
  height: number,
  channels: 3 | 4,
  background: string | { r: number; g: number; b: number; alpha: number },
) => sharp({ create: { width, height, channels, background } });

describe('the camera of stills', () => {
  it('shows the pictures in the natural order of their names, evenly in time, and nothing else', async () => {
    await using folder = await holdFolder();
    const widths = { 'a1.jpg': 16, 'a2.JPEG': 32, 'a10.jpg': 48 };
    for (const [name, width] of Object.entries(widths))
      await writeFile(join(folder.path, name), await paintJpeg(width, 16));
    await writeFile(join(folder.path, 'poses.tsv'), 'not a picture');
    await mkdir(join(folder.path, 'more'));
    const { frames } = await show(folder.path, { fps: 4 });
    expect(frames.map(({ width, seq, at }) => [width, seq, at])).toEqual([
      [16, 0, 0],
      [32, 1, 250],
      [48, 2, 500],
    ]);
  });

  it('says live again when the size changes', async () => {
    await using folder = await holdFolder();
    for (const [i, width] of [16, 16, 32].entries())
      await writeFile(join(folder.path, `${i}.jpg`), await paintJpeg(width, 16));
    const { states } = await show(folder.path);
    expect(states).toEqual([
      { kind: 'opening' },
      { kind: 'live', width: 16, height: 16 },
      { kind: 'live', width: 32, height: 16 },
      { kind: 'ended' },
    ]);
  });

  it('hands a JPEG on unchanged', async () => {
    await using folder = await holdFolder();
    const data = await paintJpeg(32, 24);
    const path = join(folder.path, 'one.jpg');
    await writeFile(path, data);
    const { frames } = await show(path);
    expect(frames).toHaveLength(1);
    expect(frames[0]!.image.kind).toBe('jpeg');
    expect(Buffer.from(frames[0]!.image.data).equals(data)).toBe(true);
  });

  it('turns a JPEG upright that its Exif says is turned', async () => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'turned.jpg');
    await writeFile(path, await solid(32, 24, 3, '#204060').withMetadata({ orientation: 6 }).jpeg().toBuffer());
    const [frame] = (await show(path)).frames;
    expect(frame).toMatchObject({ width: 24, height: 32, image: { kind: 'rgb' } });
  });

  it('decodes a PNG to RGB, also a grey, a 16-bit and a transparent one', async () => {
    await using folder = await holdFolder();
    const red = solid(5, 4, 3, '#ff0000');
    await writeFile(join(folder.path, '1.png'), await red.clone().png().toBuffer());
    await writeFile(join(folder.path, '2.png'), await solid(5, 4, 3, '#808080').greyscale().png().toBuffer());
    await writeFile(join(folder.path, '3.png'), await red.clone().toColourspace('rgb16').png().toBuffer());
    await writeFile(join(folder.path, '4.png'), await solid(5, 4, 4, { r: 0, g: 0, b: 0, alpha: 0 }).png().toBuffer());
    const { frames } = await show(folder.path);
    for (const { image, width, height } of frames) {
      expect([width, height, image.kind, image.data.length]).toEqual([5, 4, 'rgb', 60]);
    }
    expect(frames.map(({ image }) => [...image.data.subarray(0, 3)])).toEqual([
      [255, 0, 0],
      [128, 128, 128],
      [255, 0, 0],
      [255, 255, 255],
    ]);
  });

  it('waits for its listener', async () => {
    await using folder = await holdFolder();
    for (let i = 0; i < 4; i++) await writeFile(join(folder.path, `${i}.jpg`), await paintJpeg(16, 16));
    let [busy, most] = [0, 0];
    const recorder = createRecorder();
    const frame = async () => {
      most = Math.max(most, ++busy);
      await systemClock.sleep(5);
      busy--;
    };
    await show(folder.path, {}, { ...recorder, frame });
    expect([busy, most]).toEqual([0, 1]);
  });

  it.each([
    ['nothing there', 'none'],
    ['an empty folder', '.'],
  ])('names the source when there is %s', async (_, name) => {
    await using folder = await holdFolder();
    const path = join(folder.path, name);
    await expect(show(path)).rejects.toMatchObject({ code: 'source-missing', message: expect.stringContaining(path) });
  });

  it.each(['text', 'half a picture'])('names a picture that cannot be read (%s)', async (kind) => {
    await using folder = await holdFolder();
    const path = join(folder.path, 'bad.jpg');
    await writeFile(path, kind === 'text' ? 'no picture' : (await paintJpeg(64, 64)).subarray(0, 400));
    await expect(show(folder.path)).rejects.toMatchObject({
      code: 'camera-unreadable',
      message: expect.stringContaining(path),
    });
  });

  const faces = '../shared/eval/headpose';
  const absent = existsSync(faces) ? '' : ` (${faces} is not here)`;
  it.skipIf(absent)(`shows all 558 head poses${absent}`, async () => {
    const { frames } = await show(faces);
    expect(frames).toHaveLength(558);
    expect(new Set(frames.map(({ width, height }) => `${width}x${height}`))).toEqual(new Set(['384x288']));
  });
});
