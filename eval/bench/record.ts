import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { systemClock } from '../../hardware/clock.ts';
import { HardwareError, type StageDirection } from '../../hardware/contract.ts';
import { readFilm } from '../../hardware/film.ts';
import { createPerson } from '../../hardware/simulated/subject.ts';
import { createPortraits } from '../../kiosk/eyes/portraits.ts';
import { createObserver } from '../../kiosk/observe/observer.ts';
import { begin, type Plan, type Prompt, step } from '../../liveness/index.ts';
import { loadCanonicalFace } from '../../models/canonical.ts';
import { openModels } from '../../models/index.ts';
import type { Film, FilmFrame, Wants } from './film.ts';

/** Frames a second of the simulated camera, and its size. */
export const FPS = 15;
const CAMERA = { width: 1280, height: 720 } as const;
/** The middle of the camera's picture, 4 : 3, is the decoded frame. */
const MIDDLE = { left: 160, top: 0, width: 960, height: 720 } as const;
const DECODED = { width: 640, height: 480 } as const;
const PORTRAIT = 'li-na';
const PLAN: Plan = {
  steps: [
    { challenge: 'turn-left', holdMs: 600 },
    { challenge: 'nod-down', holdMs: 800 },
    { challenge: 'turn-right', holdMs: 700 },
  ],
  stepLimitMs: 7000,
  totalLimitMs: 40_000,
};
const NOTHING: Wants = { pad: false, embedding: false };

/**
 * Films a simulated person who is led through liveness sessions, one after the other, by the very code of the kiosk:
 * the film also says on which frames the session asked for PAD and an embedding.
 */
export async function recordSession(folder: string, directory: string, count: number): Promise<Film> {
  const models = await openModels({ directory });
  const tape = openTape(folder, 'session');
  try {
    const canonical = await loadCanonicalFace(directory);
    const portrait = await createPortraits({ models, canonical, directory })(PORTRAIT);
    const person = createPerson(portrait, { ...CAMERA, seed: 7, speed: 1, noise: 1.6, distance: 550 });
    let observer = createObserver(models, { canonical });
    let state = begin(PLAN);
    let wants = NOTHING;
    for (let seq = 0; seq < count; seq++) {
      const at = 1000 + (seq * 1000) / FPS;
      person.direct(directionOf(state.prompt), at);
      const image = sharp(person.shoot(at), { raw: { ...CAMERA, channels: 3 } });
      const rgb = await image.clone().extract(MIDDLE).resize(DECODED.width, DECODED.height).raw().toBuffer();
      await tape.keep(rgb, await image.jpeg({ quality: 90 }).toBuffer(), at, wants);
      const frame = { seq, at, ...DECODED, image: { kind: 'rgb', data: rgb } } as const;
      const next = step(state, (await observer.observe(frame, wants)).observation);
      ({ state, wants } = next);
      if (!next.verdict) continue;
      state = begin(PLAN);
      wants = NOTHING;
      observer = createObserver(models, { canonical });
    }
  } finally {
    await models.close();
    await tape.close();
  }
  return tape.film('a simulated person in liveness sessions', DECODED, CAMERA);
}

function directionOf(prompt: Prompt): StageDirection {
  if (prompt.kind === 'challenge') return prompt.challenge;
  return prompt.kind === 'finished' ? 'idle' : 'look';
}

/** The first `count` pictures of a real film, at most 640 wide; `undefined` where the film or ffmpeg is missing. */
export async function recordReal(folder: string, path: string, count: number): Promise<Film | undefined> {
  if (!existsSync(path)) return undefined;
  const tape = openTape(folder, basename(path));
  const stop = new AbortController();
  let size = { width: 0, height: 0 };
  let camera = { width: 0, height: 0 };
  let taken = 0;
  try {
    for await (const { at, width, height, image } of readFilm(path, { clock: systemClock }, stop.signal)) {
      const whole = sharp(image.data, { raw: { width, height, channels: 3 } });
      const { data, info } = await whole.clone().resize({ width: 640 }).raw().toBuffer({ resolveWithObject: true });
      const encoded = await whole.resize({ width: 1280 }).jpeg({ quality: 90 }).toBuffer({ resolveWithObject: true });
      size = { width: info.width, height: info.height };
      camera = { width: encoded.info.width, height: encoded.info.height };
      await tape.keep(data, encoded.data, at, NOTHING);
      if (++taken === count) break;
    }
  } catch (error) {
    if (error instanceof HardwareError && error.code === 'program-missing') return undefined;
    throw error;
  } finally {
    stop.abort();
    await tape.close();
  }
  return tape.film(basename(path), size, camera);
}

function openTape(folder: string, name: string) {
  const rgbPath = join(folder, `${name}.rgb`);
  const jpegPath = join(folder, `${name}.mjpeg`);
  const [rgbFile, jpegFile] = [createWriteStream(rgbPath), createWriteStream(jpegPath)];
  const frames: FilmFrame[] = [];
  let jpegStart = 0;
  const write = async (file: typeof rgbFile, data: Uint8Array) => {
    if (!file.write(data)) await once(file, 'drain');
  };
  type Size = { readonly width: number; readonly height: number };
  return {
    async keep(rgb: Uint8Array, jpeg: Uint8Array, at: number, wants: Wants) {
      frames.push({ at, jpegStart, jpegLength: jpeg.length, wants });
      jpegStart += jpeg.length;
      await write(rgbFile, rgb);
      await write(jpegFile, jpeg);
    },
    async close() {
      await Promise.all([rgbFile, jpegFile].map((file) => new Promise<void>((resolve) => file.end(() => resolve()))));
    },
    film: (title: string, size: Size, camera: Size): Film => ({
      name: title,
      ...size,
      rgbPath,
      jpegPath,
      jpegWidth: camera.width,
      jpegHeight: camera.height,
      frames,
    }),
  };
}
