/** Where the time of a frame goes: a profile of the processor. Words: film as JSON, frames. */
import { Session } from 'node:inspector/promises';
import process from 'node:process';
import { createObserver } from '../../../kiosk/observe/observer.ts';
import { modelsDirectory } from '../../../models/build.ts';
import { loadCanonicalFace } from '../../../models/canonical.ts';
import { openModels } from '../../../models/index.ts';
import { type Film, readShot } from '../film.ts';

const film = JSON.parse(process.argv[2]!) as Film;
const count = Number(process.argv[3]);
const directory = modelsDirectory();
const models = await openModels({ directory });
const observer = createObserver(models, { canonical: await loadCanonicalFace(directory), detectEvery: 1 });
const shots = await Promise.all(Array.from({ length: 20 }, (_, i) => readShot(film, i * 2)));
const look = (seq: number) => {
  const { width, height, rgb } = shots[seq % shots.length]!;
  const frame = { seq, at: seq * 66, width, height, image: { kind: 'rgb', data: rgb } } as const;
  return observer.observe(frame, { pad: false, embedding: false });
};

for (let i = 0; i < 100; i++) await look(i);
const inspector = new Session();
inspector.connect();
await inspector.post('Profiler.enable');
await inspector.post('Profiler.setSamplingInterval', { interval: 200 });
await inspector.post('Profiler.start');
for (let i = 0; i < count; i++) await look(i);
const { profile } = await inspector.post('Profiler.stop');

const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const parents = new Map(
  profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)),
);
/** Native code has no file: its time is booked on the code that called it. */
const callerOf = (id: number) => {
  const { callFrame } = nodes.get(id)!;
  for (let at = id; callFrame.url === '' && parents.has(at); at = parents.get(at)!)
    if (nodes.get(at)!.callFrame.url !== '') return nodes.get(at)!.callFrame;
  return callFrame;
};
const sites = new Map<string, number>();
let [networks, all] = [0, 0];
for (const [i, id] of (profile.samples ?? []).entries()) {
  const { functionName, url } = callerOf(id);
  const ms = (profile.timeDeltas?.[i] ?? 0) / 1000;
  if (functionName === '(idle)' || url.startsWith('node:inspector')) continue;
  all += ms;
  const network = url.includes('onnxruntime-node');
  if (network) networks += ms;
  const site = network
    ? 'networks (onnxruntime)'
    : `${functionName || '(top level)'} ${url.split('/').slice(-2).join('/')}`;
  sites.set(site, (sites.get(site) ?? 0) + ms);
}
const told = {
  frames: count,
  msAFrame: all / count,
  shareAround: 1 - networks / all,
  topSites: [...sites]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 12)
    .map(([site, ms]) => ({ site: site.trim(), msAFrame: ms / count })),
};
process.send?.(told, () => process.exit(0));
