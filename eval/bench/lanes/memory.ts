/** What a frame allocates once all is warm. Word 1: film as JSON; word 2: frames. Run with --expose-gc. */
import { Session } from 'node:inspector/promises';
import process from 'node:process';
import { createObserver } from '../../../kiosk/observe/observer.ts';
import { modelsDirectory } from '../../../models/build.ts';
import { loadCanonicalFace } from '../../../models/canonical.ts';
import { openModels } from '../../../models/index.ts';
import { type Film, readShot } from '../film.ts';

type Node = {
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly selfSize: number;
  readonly children: readonly Node[];
};

const film = JSON.parse(process.argv[2]!) as Film;
const count = Number(process.argv[3]);
const directory = modelsDirectory();
const models = await openModels({ directory });
const observer = createObserver(models, { canonical: await loadCanonicalFace(directory), detectEvery: 1 });
const { rgb, width, height } = await readShot(film, 0);
const image = { kind: 'rgb', data: rgb } as const;
const look = (seq: number) =>
  observer.observe({ seq, at: seq * 66, width, height, image }, { pad: true, embedding: false });

for (let i = 0; i < 100; i++) await look(i);
const inspector = new Session();
inspector.connect();
globalThis.gc?.();
const before = process.memoryUsage();
await inspector.post('HeapProfiler.startSampling', {
  samplingInterval: 2048,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});
let buffers = 0;
let last = process.memoryUsage().arrayBuffers;
for (let i = 0; i < count; i++) {
  await look(100 + i);
  const now = process.memoryUsage().arrayBuffers;
  // A collection in between only hides what it freed: the sum is of what grew.
  buffers += Math.max(0, now - last);
  last = now;
}
const { profile } = await inspector.post('HeapProfiler.stopSampling');
globalThis.gc?.();
const after = process.memoryUsage();

const sites = new Map<string, number>();
const walk = (node: Node) => {
  const file = node.callFrame.url.split('/').slice(-2).join('/');
  const site = `${node.callFrame.functionName || '(top level)'} ${file}`.trim();
  sites.set(site, (sites.get(site) ?? 0) + node.selfSize);
  for (const child of node.children) walk(child);
};
walk(profile.head as Node);
const sorted = [...sites].sort((a, b) => b[1] - a[1]);
const told = {
  frames: count,
  frameBytes: width * height * 3,
  bufferBytesAFrame: buffers / count,
  heapBytesAFrame: sorted.reduce((sum, [, bytes]) => sum + bytes, 0) / count,
  keptBytes: after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed,
  topSites: sorted.slice(0, 8).map(([site, bytes]) => ({ site, bytesAFrame: Math.round(bytes / count) })),
};
process.send?.(told, () => process.exit(0));
