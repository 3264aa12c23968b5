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

/**
 * The camera's pictures and everything that looks at them, as fast as a camera gives them, until the process ends: what
 * a kiosk does while somebody stands before it. @returns how many were looked at so far.
 */
export async function runPipeline(): Promise<() => number> {
  const directory = modelsDirectory();
  const portrait = await decodePicture(await portraitJpeg('zhang-min', directory));
  const { width, height } = portrait;
  const raw = { width, height, channels: 3 } as const;
  const data = await sharp(portrait.data, { raw }).resize(SIZE.width, SIZE.height).jpeg({ quality: 85 }).toBuffer();
  const models = await openModels({ directory });
  const observer = createObserver(models, { canonical: await loadCanonicalFace(directory) });
  const slot = createSlot<Frame>();
  const never = new AbortController().signal;
  let [seq, looked] = [0, 0];
  setInterval(
    () => slot.put({ seq: seq++, at: performance.now(), ...SIZE, image: { kind: 'jpeg', data } }),
    1000 / FPS,
  );
  void (async () => {
    for (;;) {
      await observer.observe(await slot.take(never), { pad: true, embedding: looked % 10 === 0 });
      looked++;
    }
  })();
  return () => looked;
}
