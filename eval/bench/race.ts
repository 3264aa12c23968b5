import type { Film } from './film.ts';
import type { Lane, Timing } from './lane.ts';
import type { LaneName, Row, Runner } from './rows.ts';
import { type Spread, spreadOf } from './statistics.ts';

export type Result = Spread & { readonly runner: Runner };
export type Outcome = {
  readonly row: Row;
  readonly film: string;
  readonly ours: Result;
  readonly peers: readonly (Result & {
    /** How many times faster this project is, by the row's number. */
    readonly ratio: number;
    /** The same by processor time. */
    readonly cpuRatio: number;
  })[];
};

/** Frames that are looked at and not counted: compilers, caches and memory warm up. */
const WARM_UP = 15;

/** Lets the contestants of a row look at the same frames in turns of `row.block`, so that a busy moment hits them alike. */
export async function race(
  row: Row,
  film: Film,
  lanes: Readonly<Record<LaneName, Lane>>,
  count: number,
): Promise<Outcome> {
  const runners = [row.ours, ...row.peers];
  const timings = runners.map((): Timing[] => []);
  for (const { lane, course } of runners) await lanes[lane].lap(course, film, 0, WARM_UP);
  for (let from = 0; from < count; from += row.block)
    for (const [i, { lane, course }] of runners.entries())
      timings[i]!.push(...(await lanes[lane].lap(course, film, from, Math.min(row.block, count - from))));
  const [ours, ...peers] = runners.map((runner, i): Result => ({ runner, ...spreadOf(timings[i]!) }));
  const compared = peers.map((peer) => ({
    ...peer,
    ratio: row.by === 'median' ? peer.median / ours!.median : peer.mean / ours!.mean,
    cpuRatio: row.by === 'median' ? peer.cpuMedian / ours!.cpuMedian : peer.cpuMean / ours!.cpuMean,
  }));
  return { row, film: film.name, ours: ours!, peers: compared };
}
