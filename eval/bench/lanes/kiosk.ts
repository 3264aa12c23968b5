/**
 * The kiosk's eyes at their real pace: camera → observer, the looks that the session asked for. Words: film as JSON,
 * seconds. Tells what it cost; the first seconds do not count.
 */
import process from 'node:process';
import { systemClock } from '../../../hardware/clock.ts';
import type { Frame } from '../../../hardware/contract.ts';
import { openCamera } from '../../../hardware/index.ts';
import { createSlot } from '../../../hardware/slot.ts';
import { createObserver } from '../../../kiosk/observe/observer.ts';
import { modelsDirectory } from '../../../models/build.ts';
import { loadCanonicalFace } from '../../../models/canonical.ts';
import { openModels } from '../../../models/index.ts';
import type { Film } from '../film.ts';

const WARM_MS = 2000;
const film = JSON.parse(process.argv[2]!) as Film;
const seconds = Number(process.argv[3]);
const fps = Number(process.argv[4]);

const directory = modelsDirectory();
const models = await openModels({ directory });
const observer = createObserver(models, { canonical: await loadCanonicalFace(directory) });
const stop = new AbortController();
const slot = createSlot<Frame>();
const camera = openCamera(
  { driver: 'file', path: film.jpegPath, pace: 'real', loop: true, fps },
  { clock: systemClock },
).run({ frame: (frame) => slot.put(frame), state: () => {} }, stop.signal);

let [frames, faces, peak] = [0, 0, 0];
let mark = { at: 0, cpu: process.cpuUsage(), dropped: 0 };
const began = performance.now();
while (performance.now() - began < WARM_MS + seconds * 1000) {
  const frame = await slot.take(stop.signal);
  if (mark.at === 0 && performance.now() - began > WARM_MS)
    mark = { at: performance.now(), cpu: process.cpuUsage(), dropped: slot.dropped };
  const { observation } = await observer.observe(frame, film.frames[frame.seq % film.frames.length]!.wants);
  peak = Math.max(peak, process.memoryUsage.rss());
  if (mark.at === 0) continue;
  frames++;
  if (observation.face) faces++;
}
const { user, system } = process.cpuUsage(mark.cpu);
const passedMs = performance.now() - mark.at;
stop.abort();
await camera;
const told = {
  frames,
  found: faces / frames,
  dropped: slot.dropped - mark.dropped,
  fps: (1000 * frames) / passedMs,
  coreShare: (user + system) / 1000 / passedMs,
  peakBytes: peak,
};
process.send?.(told, () => process.exit(0));
