/**
 * A camera whose pictures carry a number, the pipeline that looks at them, and the screen that shows them, in one
 * process: what a kiosk does while it captures. Says where the screen is, then the number and the time of each picture.
 */
import process from 'node:process';
import sharp from 'sharp';
import type { Frame } from '../../hardware/contract.ts';
import { createSlot } from '../../hardware/slot.ts';
import { modelsDirectory } from '../../models/build.ts';
import { loadCanonicalFace } from '../../models/canonical.ts';
import { openModels } from '../../models/index.ts';
import { decodePicture } from '../../models/picture.ts';
import { portraitJpeg } from '../../models/portraits.ts';
import { createObserver } from '../observe/observer.ts';
import { startScreen } from './browser.ts';
import { COUNT, stampOf } from './stamp.ts';

const FPS = 30;
/** Whoever listened may be gone already. */
const tell = (what: object) => process.send?.(what, undefined, undefined, () => undefined);
const [WIDTH, HEIGHT] = [640, 480];

const directory = modelsDirectory();
const portrait = await decodePicture(await portraitJpeg('zhang-min', directory));
const face = await sharp(portrait.data, { raw: { width: portrait.width, height: portrait.height, channels: 3 } })
  .resize(WIDTH, HEIGHT, { fit: 'cover' })
  .toBuffer();
const film = await Promise.all(
  Array.from({ length: COUNT }, (_, index) =>
    sharp(face, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .composite([{ input: Buffer.from(stampOf(index)), left: 0, top: 0 }])
      .jpeg({ quality: 85 })
      .toBuffer(),
  ),
);

const models = await openModels({ directory });
const observer = createObserver(models, { canonical: await loadCanonicalFace(directory) });
const screen = await startScreen();
const slot = createSlot<Frame>();
let looked = 0;
let seq = 0;
screen.preview.start();
const endsAt = Date.now() + 60_000;
const about = { store: 's', verification: 'v', endsAt, lifetimeMs: 60_000 };
screen.hub.show({ ...about, kind: 'look', done: 0, of: 2 });
const camera = setInterval(() => {
  const index = seq % COUNT;
  const frame: Frame = {
    seq,
    at: performance.now(),
    width: WIDTH,
    height: HEIGHT,
    image: { kind: 'jpeg', data: film[index]! },
  };
  tell({ index, at: Date.now(), looked });
  screen.preview.push(frame);
  slot.put(frame);
  seq++;
}, 1000 / FPS);
tell({ url: screen.url });

const stop = new AbortController();
process.on('disconnect', () => stop.abort());
while (!stop.signal.aborted) {
  const frame = await slot.take(stop.signal).catch(() => undefined);
  if (!frame) break;
  await observer.observe(frame, { pad: true, embedding: looked % 10 === 0 });
  looked++;
  // The state of every look goes to the screen, as in a challenge.
  const progress = (looked % 20) / 20;
  screen.hub.show({ ...about, kind: 'challenge', challenge: 'turn-left', progress, done: 0, of: 2, remainingMs: 5000 });
}
clearInterval(camera);
await screen.close();
await models.close();
