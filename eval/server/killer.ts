import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instance, startInstance } from './fleet.ts';
import type { InstanceOptions } from './instance.ts';

/** Processes of which now one, now another is killed and started again. */
export type Herd = {
  readonly urls: readonly string[];
  readonly kills: () => number;
  /** Ends the killing, with every process alive. */
  calm(): Promise<void>;
  end(): Promise<void>;
};

/** Between two kills, milliseconds. */
const PAUSE = { least: 400, most: 2500 } as const;

export async function openHerd(options: InstanceOptions, processes: number): Promise<Herd> {
  const herd: Instance[] = [];
  for (let i = 0; i < processes; i++) herd.push(await startInstance(options));
  const urls = herd.map(({ url }) => url);
  const stop = new AbortController();
  let kills = 0;
  const killing = (async () => {
    while (!stop.signal.aborted) {
      await sleep(randomInt(PAUSE.least, PAUSE.most), undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      const which = randomInt(herd.length);
      await herd[which]!.kill();
      kills++;
      await sleep(randomInt(300));
      herd[which] = await startInstance({ ...options, port: Number(new URL(urls[which]!).port) });
    }
  })();
  const calm = async () => {
    stop.abort();
    await killing;
  };
  return {
    urls,
    kills: () => kills,
    calm,
    end: async () => {
      await calm();
      await Promise.all(herd.map((instance) => instance.kill()));
    },
  };
}
