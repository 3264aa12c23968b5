import type { TestKiosk } from '../../server/testing/kiosk.ts';
import { type Prepared, verifyOnce } from './client.ts';

/** Milliseconds; `perSecond`: of all clients together. */
export type Load = {
  readonly clients: number;
  readonly done: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
};

/** Each client one verification after the other, all clients at the same time. */
export async function putLoad(
  kiosks: readonly TestKiosk[],
  prepared: Prepared,
  each: number,
  step: () => void,
): Promise<Load> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    kiosks.map(async (kiosk) => {
      for (let i = 0; i < each; i++) {
        const start = performance.now();
        const { state } = await verifyOnce(kiosk, prepared);
        if (state !== 'verified') throw new Error(`a verification of the load ended ${state}`);
        times.push(performance.now() - start);
        step();
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  return { clients: kiosks.length, done: times.length, perSecond: times.length / seconds, ...spread(times) };
}

export function spread(times: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
