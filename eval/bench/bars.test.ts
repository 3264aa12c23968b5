import { describe, expect, it } from 'vitest';
import { judgeBars, type Measured } from './bars.ts';
import { formatJudgement } from './report.ts';
import { ROWS } from './rows.ts';
import { mean, quantile, spreadOf } from './statistics.ts';

const spread = spreadOf([{ ms: 2, cpuMs: 2, found: true }]);
const outcome = (id: string, ratio: number, cpuRatio: number) => {
  const row = ROWS.find((one) => one.id === id)!;
  const ours = { ...spread, runner: row.ours };
  return { row, film: 'a film', ours, peers: [{ ...spread, runner: row.peers[0]!, ratio, cpuRatio }] };
};
const good: Measured = {
  outcomes: ['frame', 'following', 'pad', 'kiosk', 'evidence'].map((id) => outcome(id, 30, 30)),
  profile: { frames: 1, msAFrame: 4, shareAround: 0.2, topSites: [] },
  allocations: { frames: 1, frameBytes: 900, bufferBytesAFrame: 90, heapBytesAFrame: 1, keptBytes: 0, topSites: [] },
  kiosk: { frames: 1, found: 1, dropped: 0, fps: 15, coreShare: 0.3, peakBytes: 250e6 },
  starts: { ours: 700, human: 900, faceApi: 1300 },
};
const missed = (measured: Measured) =>
  judgeBars(measured)
    .filter(({ met }) => !met)
    .map(({ id }) => id);

describe('the bars of the benchmark', () => {
  it('are all met by a good run', () => {
    expect(judgeBars(good)).toHaveLength(10);
    expect(missed(good)).toEqual([]);
  });

  it('are each missed by what is just too slow, too large or too late', () => {
    const slow = good.outcomes.map(({ row }) => outcome(row.id, 3.9, 3.9));
    expect(missed({ ...good, outcomes: slow })).toEqual(['frame', 'following', 'pad', 'kiosk', 'evidence']);
    expect(missed({ ...good, profile: { ...good.profile, shareAround: 0.251 } })).toEqual(['around']);
    expect(missed({ ...good, allocations: { ...good.allocations, bufferBytesAFrame: 400 } })).toEqual(['buffers']);
    expect(missed({ ...good, kiosk: { ...good.kiosk, coreShare: 0.51, peakBytes: 301e6 } })).toEqual([
      'core',
      'memory',
    ]);
    expect(missed({ ...good, starts: { ...good.starts, ours: 2001 } })).toEqual(['ready']);
  });

  it('take the lower of wall and processor time', () => {
    const outcomes = [outcome('frame', 30, 7.9), ...good.outcomes.slice(1)];
    expect(missed({ ...good, outcomes })).toEqual(['frame']);
  });

  it('are missed by a number that could not be had', () => {
    expect(missed({ ...good, outcomes: [] })).toEqual(['frame', 'following', 'pad', 'kiosk', 'evidence']);
    expect(missed({ ...good, starts: { ...good.starts, ours: Number.NaN } })).toEqual(['ready']);
  });

  it('say in a line what was found and what was to be reached', () => {
    const lines = judgeBars({ ...good, starts: { ...good.starts, ours: 2500 } }).map(formatJudgement);
    expect(lines.at(-1)).toMatch(/^MISSED.*start of the process.*2\.5 +≤ 2 s$/);
    expect(lines[0]).toMatch(/^met.*30\.0 +≥ 8×$/);
  });
});

describe('statistics of times', () => {
  it('find middle and tail between ranks', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3], 1)).toBe(3);
    expect(quantile([], 0.5)).toBeNaN();
    expect(mean([1, 2, 6])).toBe(3);
  });

  it('count in how many frames a face was found', () => {
    const timings = [true, true, false, true].map((found, i) => ({ ms: i, cpuMs: 2 * i, found }));
    expect(spreadOf(timings)).toMatchObject({ frames: 4, found: 0.75, median: 1.5, cpuMedian: 3 });
  });
});
