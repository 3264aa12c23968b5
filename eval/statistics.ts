/** A share of a count with its exact 95 % interval. */
export type Rate = {
  readonly hits: number;
  readonly of: number;
  /** hits / of; NaN of nothing. */
  readonly rate: number;
  /** Clopper-Pearson, 0…1. Pairs and frames are not independent: read it as the least uncertainty there is. */
  readonly interval: Interval;
};

export type Interval = readonly [low: number, high: number];

const ALPHA = 0.05;
/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

export function rateOf(hits: number, of: number): Rate {
  return { hits, of, rate: hits / of, interval: clopperPearson(hits, of) };
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Mean of |one − other|. */
export function meanError(one: readonly number[], other: readonly number[]): number {
  return mean(one.map((number, i) => Math.abs(number - other[i]!)));
}

/** Correlation −1…1; NaN where one of the two does not vary. */
export function pearson(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [mean(one), mean(other)];
  let [ab, aa, bb] = [0, 0, 0];
  one.forEach((number, i) => {
    const [x, y] = [number - a, other[i]! - b];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : Number.NaN;
}

/** 95 % of a correlation over `n` samples, by Fisher's z; from −1 to 1 for fewer than four. */
export function pearsonInterval(r: number, n: number): Interval {
  if (!(n > 3) || !Number.isFinite(r)) return [-1, 1];
  const z = Math.atanh(Math.max(-1 + 1e-12, Math.min(1 - 1e-12, r)));
  const spread = Z / Math.sqrt(n - 3);
  return [Math.tanh(z - spread), Math.tanh(z + spread)];
}

/** Wilson's 95 % score interval of `hits` among `of`. */
export function wilson(hits: number, of: number): Interval {
  if (!(of > 0)) return [0, 1];
  const share = hits / of;
  const scale = 1 + (Z * Z) / of;
  const middle = (share + (Z * Z) / (2 * of)) / scale;
  const spread = (Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))) / scale;
  return [Math.max(0, middle - spread), Math.min(1, middle + spread)];
}

/** The exact 95 % interval of `hits` among `of` (Clopper and Pearson 1934); [0, 1] of nothing. */
export function clopperPearson(hits: number, of: number): Interval {
  if (!(of > 0)) return [0, 1];
  const low = hits === 0 ? 0 : bisect((p) => 1 - atMost(hits - 1, of, p) < ALPHA / 2);
  const high = hits === of ? 1 : bisect((p) => atMost(hits, of, p) > ALPHA / 2);
  return [low, high];
}

/** The p in 0…1 below which `below` holds. */
function bisect(below: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (below(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≤ hits) of a binomial distribution, summed by its recurrence in logarithms. */
function atMost(hits: number, of: number, p: number): number {
  let term = of * Math.log1p(-p);
  let sum = Math.exp(term);
  for (let k = 1; k <= hits; k++) {
    term += Math.log((of - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(term);
  }
  return sum;
}

/** Chance that a score of `higher` exceeds one of `lower`, ties half; NaN where one is empty. */
export function auc(higher: readonly number[], lower: readonly number[]): number {
  const sorted = [...lower].sort((a, b) => a - b);
  const sum = higher.reduce((total, score) => total + (countBelow(sorted, score) + countAtMost(sorted, score)) / 2, 0);
  return sum / (higher.length * lower.length);
}

function countBelow(sorted: readonly number[], bar: number): number {
  return partition(sorted, (score) => score < bar);
}

function countAtMost(sorted: readonly number[], bar: number): number {
  return partition(sorted, (score) => score <= bar);
}

/** How many from the start satisfy `holds`, where all that do come first. */
function partition(sorted: readonly number[], holds: (score: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
