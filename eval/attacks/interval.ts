/** A proportion's exact 95 % interval (Clopper and Pearson 1934): the shares under which `hits` of `count` is not rare. */
export function exactInterval(hits: number, count: number): readonly [low: number, high: number] {
  if (count === 0) return [0, 1];
  const low = hits === 0 ? 0 : root((share) => 1 - below(hits - 1, count, share) - 0.025);
  const high = hits === count ? 1 : root((share) => 0.025 - below(hits, count, share));
  return [low, high];
}

/** P(X ≤ hits) for a binomial X. */
function below(hits: number, count: number, share: number): number {
  let sum = 0;
  let logChoose = 0;
  for (let k = 0; k <= hits; k++) {
    if (k > 0) logChoose += Math.log((count - k + 1) / k);
    sum += Math.exp(logChoose + k * Math.log(share) + (count - k) * Math.log1p(-share));
  }
  return Math.min(1, sum);
}

/** Where a rising function crosses 0 in (0, 1). */
function root(rising: (share: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
