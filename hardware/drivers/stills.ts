import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { z } from 'zod';
import { announceLive } from '../announce.ts';
import { untilAborted } from '../clock.ts';
import { type CameraListener, type Frame, HardwareError } from '../contract.ts';
import { defineDriver } from '../define.ts';
import { createMjpegSplitter } from '../mjpeg.ts';

const options = z.strictObject({
  /** A folder of pictures (.jpg, .jpeg, .png), or one picture. */
  path: z.string().min(1),
  /** Pictures a second on the time line; the listener is waited for. */
  fps: z.number().positive().max(240).default(10),
});

/** Pictures in the natural order of their names (2 before 10), each one frame. */
export const stills = defineDriver({
  name: 'stills',
  options,
  open: ({ path, fps }) => ({
    name: `stills ${path}`,
    run: (listener, signal) => show(path, fps, announceLive(listener), signal),
  }),
});

async function show(path: string, fps: number, listener: CameraListener, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  listener.state({ kind: 'opening' });
  const pictures = await listPictures(path);
  for (const [seq, picture] of pictures.entries()) {
    const shot = await readStill(picture);
    if (signal.aborted) return;
    await untilAborted(Promise.resolve(listener.frame({ seq, at: (seq * 1000) / fps, ...shot })), signal);
    if (signal.aborted) return;
  }
  listener.state({ kind: 'ended' });
}

async function listPictures(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new HardwareError('source-missing', `there is no file or folder ${path}`);
  if (!found.isDirectory()) return [path];
  const order = new Intl.Collator('en', { numeric: true });
  const names = (await readdir(path)).filter((name) => /\.(jpe?g|png)$/i.test(name)).sort(order.compare);
  if (names.length === 0) throw new HardwareError('source-missing', `the folder ${path} holds no .jpg or .png picture`);
  return names.map((name) => join(path, name));
}

type Still = Pick<Frame, 'width' | 'height' | 'image'>;

/** An upright JPEG as it is; anything else decoded, upright, on white where it is transparent. */
async function readStill(path: string): Promise<Still> {
  try {
    const data = await readFile(path);
    const jpeg = createMjpegSplitter().push(data)[0];
    const isJpeg = data[0] === 0xff && data[1] === 0xd8;
    const upright = jpeg && isJpeg && ((await sharp(data).metadata()).orientation ?? 1) === 1;
    if (upright) return { width: jpeg.width, height: jpeg.height, image: { kind: 'jpeg', data: jpeg.data } };
    const decoder = sharp(data).autoOrient().flatten({ background: '#fff' }).toColourspace('srgb').raw();
    const raw = await decoder.toBuffer({ resolveWithObject: true });
    return { width: raw.info.width, height: raw.info.height, image: { kind: 'rgb', data: raw.data } };
  } catch (cause) {
    throw new HardwareError('camera-unreadable', `${path} is no readable picture: ${(cause as Error).message}`, {
      cause,
    });
  }
}
