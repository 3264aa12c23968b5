import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KioskHears, KioskOptions, KioskSays } from './kiosk.ts';

/** A process that listens somewhere, and may be killed. */
export type Part = { readonly port: number; kill(): Promise<void> };

export type KioskPart = Part & {
  /** Has its pipeline look at pictures, or not. @returns how many it has looked at so far. */
  look(on: boolean): Promise<number>;
};

export async function startKiosk(options: KioskOptions): Promise<KioskPart> {
  // A start is mostly compiling, and a storm mostly starts.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(options.data), 'compiled') };
  const child = fork(join(import.meta.dirname, 'kiosk.ts'), [JSON.stringify(options)], { env });
  const gone = once(child, 'exit');
  const hear = () => once(child, 'message').then(([message]) => message as KioskSays);
  const early = gone.then(([code]) => {
    throw new Error(`a kiosk process ended (${code}) before it was ready`);
  });
  early.catch(() => undefined);
  const { port } = (await Promise.race([hear(), early])) as { port: number };
  return {
    port,
    async look(on) {
      child.send({ look: on } satisfies KioskHears);
      return ((await hear()) as { looked: number }).looked;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

export type Immortal = {
  readonly port: number;
  readonly kills: () => number;
  /** Ends the killing, with the process alive. */
  calm(): Promise<void>;
  end(): Promise<void>;
};

/** Of the kills: this many come while the start's own work goes on. */
const AT_ONCE = 0.2;

/**
 * A process that is killed now and then, and started again at the same port. On a machine that takes long to start one,
 * it lives longer too, so that there is something to be killed. @param everyMs on average.
 */
export async function keepAlive(startAt: (port: number) => Promise<Part>, everyMs: number): Promise<Immortal> {
  let startMs = 0;
  const start = async (at: number): Promise<Part> => {
    const began = performance.now();
    const started = await startAt(at);
    startMs = performance.now() - began;
    return started;
  };
  const lifeMs = () => (Math.random() < AT_ONCE ? randomInt(200) : randomInt(everyMs / 4, everyMs * 2) + startMs);
  let part = await start(0);
  const { port } = part;
  const stop = new AbortController();
  let kills = 0;
  const killing = (async () => {
    for (;;) {
      await sleep(lifeMs(), undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      await part.kill();
      kills++;
      await sleep(randomInt(200));
      part = await start(port);
    }
  })();
  const calm = async () => {
    stop.abort();
    await killing;
  };
  return {
    port,
    kills: () => kills,
    calm,
    async end() {
      await calm();
      await part.kill();
    },
  };
}
