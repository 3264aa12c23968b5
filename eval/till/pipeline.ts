import sharp from 'sharp';
import type { Frame } from '../../hardware/contract.ts';
import { createSlot } from '../../hardware/slot.ts';
import { createObserver } from '../../kiosk/observe/observer.ts';
import { modelsDirectory } from '../../models/build.ts';
import { loadCanonicalFace } from '../../models/canonical.ts';
import { openModels } from '../../models/index.ts';
import { decodePicture } from '../../models/picture.ts';
import { portraitJpeg } from '../../models/portraits.ts';

const FPS = 30;
const SIZE = { width: 640, height: 480 } as const;

export type Pipeline = {
  /** Begins or stops. */
  look(on: boolean): void;
  /** Pictures so far. */
  readonly looked: () => number;
};

/**
 * The camera's pictures and everything that looks at them, as fast as a camera gives them: what a kiosk does while
 * somebody stands before it.
 */
export async function openPipeline(): Promise<Pipeline> {
  const directory = modelsDirectory();
  const portrait = await decodePicture(await portraitJpeg('zhang-min', directory));
  const { width, height } = portrait;
  const raw = { width, height, channels: 3 } as const;
  const data = await sharp(portrait.data, { raw }).resize(SIZE.width, SIZE.height).jpeg({ quality: 85 }).toBuffer();
  const models = await openModels({ directory });
  const observer = createObserver(models, { canonical: await loadCanonicalFace(directory) });
  const slot = createSlot<Frame>();
  const never = new AbortController().signal;
  let [seq, looked, on] = [0, 0, false];
  setInterval(() => {
    if (on) slot.put({ seq: seq++, at: performance.now(), ...SIZE, image: { kind: 'jpeg', data } });
  }, 1000 / FPS);
  void (async () => {
    for (;;) {
      await observer.observe(await slot.take(never), { pad: true, embedding: looked % 10 === 0 });
      looked++;
    }
  })();
  return {
    look(next) {
      on = next;
    },
    looked: () => looked,
  };
}
