import type { Judgement, Measured } from './bars.ts';
import type { Outcome, Result } from './race.ts';

const pad = (text: string, width: number) => text.padEnd(width);
const num = (value: number, width = 9) => (Number.isFinite(value) ? value.toFixed(1) : '–').padStart(width);
const HEAD = `${' '.repeat(74)}   median     mean      p95  cpu med.  found    ratio  by cpu`;

/** One row of the comparison, a line a contestant. */
export function formatOutcome({ row, film, ours, peers }: Outcome): string {
  const line = (who: string, result: Result, ratios: string) =>
    `  ${pad(`${who}: ${result.runner.says}`, 72)}${num(result.median)}${num(result.mean)}${num(result.p95)}` +
    `${num(result.cpuMedian, 10)}${`${Math.round(result.found * 100)} %`.padStart(7)}${ratios}`;
  const times = (ratio: number, width: number) => `${ratio.toFixed(1)}×`.padStart(width);
  return [
    `${row.title}  [${film}, ${ours.frames} frames; ratio of the ${row.by}s]`,
    line('this project', ours, ''),
    ...peers.map((peer) => line(peer.runner.lane, peer, `${times(peer.ratio, 9)}${times(peer.cpuRatio, 8)}`)),
  ].join('\n');
}

export function formatOutcomes(outcomes: readonly Outcome[]): string {
  return [`milliseconds a frame\n${HEAD}`, ...outcomes.map(formatOutcome)].join('\n');
}

/** What a process costs: memory, start, the kiosk at its pace, a frame's time and memory. */
export function formatCosts(measured: Measured, memory: Readonly<Record<string, number>>): string {
  const { kiosk, starts, profile, allocations } = measured;
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const kb = (bytes: number) => `${(bytes / 1e3).toFixed(1)} kB`;
  return [
    `memory after the rows: ${Object.entries(memory)
      .map(([name, bytes]) => `${name} ${mb(bytes)}`)
      .join(', ')}`,
    `start to first observation: this project ${seconds(starts.ours)}, human ${seconds(starts.human)}, face-api ${seconds(starts.faceApi)}`,
    `kiosk, ${kiosk.fps.toFixed(1)} frames a second from 1280×720 MJPEG: ${(100 * kiosk.coreShare).toFixed(0)} % of a core, at most ${mb(kiosk.peakBytes)}, ${kiosk.dropped} of ${kiosk.frames + kiosk.dropped} frames dropped`,
    `a frame's ${profile.msAFrame.toFixed(2)} ms, ${(100 * profile.shareAround).toFixed(0)} % outside the networks:`,
    ...profile.topSites.map(({ site, msAFrame }) => `  ${msAFrame.toFixed(3).padStart(8)} ms  ${site}`),
    `a frame of ${kb(allocations.frameBytes)} allocates ${kb(allocations.bufferBytesAFrame)} of buffers and ${kb(allocations.heapBytesAFrame)} of heap; ${kb(allocations.keptBytes)} more were held after ${allocations.frames} frames; most of the heap by:`,
    ...allocations.topSites.map(({ site, bytesAFrame }) => `  ${kb(bytesAFrame).padStart(11)}  ${site}`),
  ].join('\n');
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

export function formatJudgement({ says, value, bar, met }: Judgement): string {
  return `${met ? 'met   ' : 'MISSED'}  ${pad(says, 76)}${value.toFixed(1).padStart(8)}   ${bar}`;
}
