import type { FilmResult } from './films.ts';
import type { Measured } from './measure.ts';
import type { PoseResult } from './pose.ts';

/** What the product promises; `value` reads it off a run, undefined where that was not measured. */
type Bar = {
  readonly id: string;
  readonly says: string;
  readonly least?: number;
  readonly most?: number;
  readonly unit: string;
  value(measured: Measured): number | undefined;
};

export type Judgement = {
  readonly id: string;
  readonly says: string;
  /** Absent: not measured, which misses. */
  readonly value?: number;
  readonly bar: string;
  readonly met: boolean;
};

const percent = (share: number | undefined) => (share === undefined ? undefined : 100 * share);

const recognised = (motion: string) => (measured: Measured) => {
  const those = measured.pose?.sequences.filter((each) => each.motion.startsWith(motion)) ?? [];
  return those.length === 0 ? undefined : (100 * those.filter((each) => each.right).length) / those.length;
};

const range = (pick: (near: PoseResult['near']) => number) => (measured: Measured) =>
  measured.pose && pick(measured.pose.near);

/** Sums over the films that are live, or that are not; undefined where there is none. */
function sumOver(live: boolean, count: (film: FilmResult) => number) {
  return ({ films }: Measured) => {
    const those = films?.filter((film) => film.live === live) ?? [];
    return those.length === 0 ? undefined : those.reduce((sum, film) => sum + count(film), 0);
  };
}

/** Contained plans that the film did not satisfy; all plans that it satisfied and does not contain. */
export const unsatisfied = ({ expected, following }: FilmResult) =>
  expected.filter((plan) => !following.satisfied.includes(plan));
export const unexpected = ({ expected, following, shipped }: FilmResult) =>
  [...new Set([...following.satisfied, ...shipped.satisfied])].filter((plan) => !expected.includes(plan));

export const BARS: readonly Bar[] = [
  { id: 'yaw', says: 'yaw, correlation, ±45° and ±30°', least: 0.985, unit: '', value: range((near) => near.yaw.r) },
  {
    id: 'pitch',
    says: 'pitch, correlation, the same range',
    least: 0.92,
    unit: '',
    value: range((near) => near.pitch.r),
  },
  { id: 'turns', says: 'turns recognised, right direction', least: 100, unit: ' %', value: recognised('turn') },
  { id: 'nods', says: 'nods recognised, right direction', least: 100, unit: ' %', value: recognised('nod') },
  {
    id: 'eer',
    says: 'CASIA, whole faces: equal error rate',
    most: 0.5,
    unit: ' %',
    value: ({ casia }) => percent(casia?.whole.eer.rate),
  },
  {
    id: 'tar',
    says: 'CASIA, whole faces: true accepts at FAR 0.1 %',
    least: 98,
    unit: ' %',
    value: ({ casia }) => percent(casia?.whole.tars.find(({ far }) => far === 1e-3)?.tar.rate),
  },
  {
    id: 'truncated',
    says: 'CASIA: truncated faces that the gate let pass',
    most: 0,
    unit: '',
    value: ({ casia }) => casia?.truncated.filter(({ refused }) => refused === undefined).length,
  },
  {
    id: 'truncated-backend',
    says: 'CASIA: truncated faces that the backend let pass',
    most: 0,
    unit: '',
    value: ({ casia }) => casia?.truncated.filter(({ backend }) => backend === undefined).length,
  },
  {
    id: 'uncover',
    says: 'bona fide faces that were asked to take off a mask or sunglasses',
    most: 3,
    unit: ' %',
    value: ({ guidance }) => percent(guidance?.askedToUncover.rate),
  },
  {
    id: 'films-live',
    says: 'live films: plans they contain and did not satisfy',
    most: 0,
    unit: '',
    value: sumOver(true, (film) => unsatisfied(film).length),
  },
  {
    id: 'films-other',
    says: 'live films: plans satisfied that they do not contain',
    most: 0,
    unit: '',
    value: sumOver(true, (film) => unexpected(film).length),
  },
  {
    id: 'films-attack',
    says: 'attack films: plans satisfied',
    most: 0,
    unit: '',
    value: sumOver(false, (film) => unexpected(film).length),
  },
];

export function judgeBars(measured: Measured, bars: readonly Bar[] = BARS): Judgement[] {
  return bars.map(({ id, says, least, most, unit, value }) => {
    const found = value(measured);
    const known = found !== undefined && Number.isFinite(found);
    // A number that could not be had meets nothing.
    const met = known && (least === undefined || found >= least) && (most === undefined || found <= most);
    const bar = least === undefined ? `≤ ${most}${unit}` : `≥ ${least}${unit}`;
    return { id, says, ...(known && { value: found }), bar, met };
  });
}
