/** Measurements that need a process to themselves. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type Film, readShot } from './film.ts';
import { FPS } from './record.ts';
import { quantile } from './statistics.ts';

export type Starts = Readonly<Record<'ours' | 'human' | 'faceApi', number>>;
export type KioskCost = {
  readonly frames: number;
  readonly found: number;
  readonly dropped: number;
  readonly fps: number;
  /** Of one core, 0…1. */
  readonly coreShare: number;
  readonly peakBytes: number;
};
export type Allocations = {
  readonly frames: number;
  /** Size of one decoded frame. */
  readonly frameBytes: number;
  readonly bufferBytesAFrame: number;
  readonly heapBytesAFrame: number;
  /** Bytes more after the frames than before, both after a collection. */
  readonly keptBytes: number;
  readonly topSites: readonly { readonly site: string; readonly bytesAFrame: number }[];
};
export type Profile = {
  readonly frames: number;
  readonly msAFrame: number;
  /** Share of the time outside the networks, 0…1. */
  readonly shareAround: number;
  readonly topSites: readonly { readonly site: string; readonly msAFrame: number }[];
};

/** Milliseconds from starting a process to its first answer about a 1280 wide JPEG, all models loaded: medians of turns. */
export async function measureStarts(film: Film, folder: string, turns: number): Promise<Starts> {
  const path = join(folder, 'first.jpg');
  await writeFile(path, (await readShot(film, 0)).jpeg);
  const times = { ours: [] as number[], human: [] as number[], faceApi: [] as number[] };
  for (let i = 0; i < turns; i++) {
    times.ours.push(await timeStart('ours', path));
    times.human.push(await timeStart('human', path));
    times.faceApi.push(await timeStart('face-api', path));
  }
  return { ours: quantile(times.ours, 0.5), human: quantile(times.human, 0.5), faceApi: quantile(times.faceApi, 0.5) };
}

async function timeStart(contestant: string, path: string): Promise<number> {
  const started = performance.now();
  const { found } = await ask<{ found: boolean }>('start.ts', [contestant, path]);
  if (!found) throw new Error(`${contestant} found no face in the first picture`);
  return performance.now() - started;
}

export const measureKiosk = (film: Film, seconds: number) =>
  ask<KioskCost>('kiosk.ts', [JSON.stringify(film), String(seconds), String(FPS)]);

export const measureAllocations = (film: Film, frames: number) =>
  ask<Allocations>('memory.ts', [JSON.stringify(film), String(frames)], ['--expose-gc']);

export const measureProfile = (film: Film, frames: number) =>
  ask<Profile>('profile.ts', [JSON.stringify(film), String(frames)]);

/** Starts `lanes/FILE` and waits for the one thing that it tells. */
async function ask<Told>(file: string, words: readonly string[], flags: readonly string[] = []): Promise<Told> {
  const child = fork(join(import.meta.dirname, 'lanes', file), [...words], {
    execPath: process.execPath,
    execArgv: [...flags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with exit code ${code} and told nothing`);
  });
  exit.catch(() => undefined);
  const [told] = await Promise.race([once(child, 'message'), exit]);
  return told as Told;
}
