import type { Allocations, KioskCost, Profile, Starts } from './probes.ts';
import type { Outcome } from './race.ts';

/** All that a run of the benchmark measured. */
export type Measured = {
  readonly outcomes: readonly Outcome[];
  readonly profile: Profile;
  readonly allocations: Allocations;
  readonly kiosk: KioskCost;
  readonly starts: Starts;
};

/** What the product promises; `value` reads it off a run. */
type Bar = {
  readonly id: string;
  readonly says: string;
  readonly least?: number;
  readonly most?: number;
  readonly unit: string;
  value(measured: Measured): number;
};

export type Judgement = {
  readonly id: string;
  readonly says: string;
  readonly value: number;
  readonly bar: string;
  readonly met: boolean;
};

/** On the film that everybody can render, which is the first; the lower of wall and processor time, which agree at rest. */
const ratio = (row: string) => (measured: Measured) => {
  const peer = measured.outcomes.find((outcome) => outcome.row.id === row)?.peers[0];
  return peer ? Math.min(peer.ratio, peer.cpuRatio) : Number.NaN;
};

export const BARS: readonly Bar[] = [
  {
    id: 'frame',
    says: 'detect + mesh + pose + quality against Human detect + mesh',
    least: 8,
    unit: '×',
    value: ratio('frame'),
  },
  {
    id: 'following',
    says: 'following against Human with its skipping',
    least: 4,
    unit: '×',
    value: ratio('following'),
  },
  {
    id: 'pad',
    says: 'with PAD in every frame against Human with antispoof + liveness',
    least: 5,
    unit: '×',
    value: ratio('pad'),
  },
  {
    id: 'kiosk',
    says: 'as the kiosk really runs it against Human with antispoof + liveness',
    least: 6,
    unit: '×',
    value: ratio('kiosk'),
  },
  {
    id: 'evidence',
    says: 'evidence frame against face-api SSD + 68 + descriptor',
    least: 18,
    unit: '×',
    value: ratio('evidence'),
  },
  {
    id: 'around',
    says: 'code around the networks, share of a frame',
    most: 25,
    unit: ' %',
    value: ({ profile }) => 100 * profile.shareAround,
  },
  {
    id: 'buffers',
    says: 'buffers allocated a frame, share of a frame’s size',
    // The smallest input of a network is 21 % of a frame: not even that one is allocated anew.
    most: 20,
    unit: ' %',
    value: ({ allocations }) => (100 * allocations.bufferBytesAFrame) / allocations.frameBytes,
  },
  {
    id: 'core',
    says: 'kiosk at 15 frames a second from 720p MJPEG, share of one core',
    most: 50,
    unit: ' %',
    value: ({ kiosk }) => 100 * kiosk.coreShare,
  },
  {
    id: 'memory',
    says: 'the same, resident memory at its highest',
    most: 300,
    unit: ' MB',
    value: ({ kiosk }) => kiosk.peakBytes / 1e6,
  },
  {
    id: 'ready',
    says: 'start of the process to the first observation',
    most: 2,
    unit: ' s',
    value: ({ starts }) => starts.ours / 1000,
  },
];

export function judgeBars(measured: Measured, bars: readonly Bar[] = BARS): Judgement[] {
  return bars.map(({ id, says, least, most, unit, value }) => {
    const found = value(measured);
    // A number that could not be had meets nothing.
    const met = least === undefined ? found <= (most ?? Number.NaN) : found >= least;
    const bar = least === undefined ? `≤ ${most}${unit}` : `≥ ${least}${unit}`;
    return { id, says, value: found, bar, met };
  });
}
