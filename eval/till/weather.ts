import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Line, type Mishap, openProxy } from '../../till/testing/proxy.ts';

/** A line that is cut, late, swallows and repeats, until it is told to be fine. */
export type Weather = { readonly port: number; readonly mishaps: () => number; clear(): void; close(): Promise<void> };

/** Between two cuts of everything that is open, milliseconds, on average. */
const CUT_EVERY_MS = 2500;

/** @param share of connections that something happens to, 0…1. */
export async function openWeather(target: number, share: number): Promise<Weather> {
  const stop = new AbortController();
  let mishaps = 0;
  const proxy: Line = await openProxy(target, () => {
    const mishap: Mishap = stop.signal.aborted || Math.random() > share ? { kind: 'none' } : draw();
    if (mishap.kind !== 'none') mishaps++;
    return mishap;
  });
  const cutting = (async () => {
    while (!stop.signal.aborted) {
      await sleep(randomInt(CUT_EVERY_MS * 2), undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) return;
      proxy.cut();
      mishaps++;
    }
  })();
  const clear = () => {
    stop.abort();
    // What is open may still swallow.
    proxy.cut();
  };
  return {
    port: proxy.port,
    mishaps: () => mishaps,
    clear,
    async close() {
      clear();
      await cutting;
      await proxy.close();
    },
  };
}

const KINDS: readonly (() => Mishap)[] = [
  () => ({ kind: 'refuse' }),
  () => ({ kind: 'twice' }),
  () => ({ kind: 'late', ms: randomInt(1, 400) }),
  () => ({ kind: 'cut', way: 'there', at: randomInt(3000) }),
  () => ({ kind: 'cut', way: 'back', at: randomInt(3000) }),
  () => ({ kind: 'swallow', at: randomInt(3000) }),
];

const draw = (): Mishap => KINDS[randomInt(KINDS.length)]!();
