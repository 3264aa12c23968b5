import type { TestKiosk } from '../../server/testing/kiosk.ts';
import { type Prepared, verifyOnce } from './client.ts';
import type { Instance } from './fleet.ts';

/** Milliseconds; `perSecond`: of all clients together. */
export type Load = {
  readonly clients: number;
  readonly done: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** The clients' own part of a verification: sealing the evidence, milliseconds at the median. */
  readonly own: number;
  /** Processor time of the backend for one. */
  readonly cpuMs: number;
};

/** Each client one verification after the other, all clients at the same time. */
export async function putLoad(
  instances: readonly Pick<Instance, 'used'>[],
  kiosks: readonly TestKiosk[],
  prepared: Prepared,
  each: number,
  step: () => void,
): Promise<Load> {
  const times: number[] = [];
  const own: number[] = [];
  const cpu = await sumCpu(instances);
  const began = performance.now();
  await Promise.all(
    kiosks.map(async (kiosk) => {
      for (let i = 0; i < each; i++) {
        const start = performance.now();
        const { state } = await verifyOnce(kiosk, prepared, (ms) => own.push(ms));
        if (state !== 'verified') throw new Error(`a verification of the load ended ${state}`);
        times.push(performance.now() - start);
        step();
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const cpuMs = ((await sumCpu(instances)) - cpu) / times.length;
  const { length: done } = times;
  return { clients: kiosks.length, done, perSecond: done / seconds, ...spread(times), own: spread(own).p50, cpuMs };
}

async function sumCpu(instances: readonly Pick<Instance, 'used'>[]): Promise<number> {
  const all = await Promise.all(instances.map((instance) => instance.used()));
  return all.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

export function spread(times: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
