import type { Timing } from './lane.ts';

/** Times of one contestant in one row, milliseconds. */
export type Spread = {
  readonly frames: number;
  /** Share of the frames in which a face was found. */
  readonly found: number;
  readonly median: number;
  readonly mean: number;
  readonly p95: number;
  /** Processor time of all threads: what a busy machine distorts least. */
  readonly cpuMedian: number;
  readonly cpuMean: number;
};

export function spreadOf(timings: readonly Timing[]): Spread {
  const ms = timings.map((timing) => timing.ms);
  const cpu = timings.map((timing) => timing.cpuMs);
  return {
    frames: timings.length,
    found: timings.filter((timing) => timing.found).length / timings.length,
    median: quantile(ms, 0.5),
    mean: mean(ms),
    p95: quantile(ms, 0.95),
    cpuMedian: quantile(cpu, 0.5),
    cpuMean: mean(cpu),
  };
}

/** Between the two nearest ranks, linearly; NaN of nothing. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const [one, other] = [sorted[low], sorted[Math.ceil(place)]];
  return one === undefined || other === undefined ? Number.NaN : one + (other - one) * (place - low);
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
