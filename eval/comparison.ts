import { type Rate, rateOf } from './statistics.ts';

/** Comparison scores, higher is more alike: of one person's pictures, and of two people's. */
export type Scores = { readonly genuine: readonly number[]; readonly impostor: readonly number[] };

/** Errors at one threshold; a score at or above it is a match. */
export type OperatingPoint = {
  readonly threshold: number;
  /** False match rate: impostors at or above the threshold. */
  readonly fmr: Rate;
  /** False non-match rate: genuine pairs below it. */
  readonly fnmr: Rate;
};

export function errorsAt(scores: Scores, threshold: number): OperatingPoint {
  const falseMatches = scores.impostor.filter((score) => score >= threshold).length;
  const missed = scores.genuine.filter((score) => !(score >= threshold)).length;
  return {
    threshold,
    fmr: rateOf(falseMatches, scores.impostor.length),
    fnmr: rateOf(missed, scores.genuine.length),
  };
}

export type EqualError = { readonly rate: number; readonly at: OperatingPoint };

/** Where both errors differ least, over every score as the threshold; the rate is their mean there. */
export function equalError(scores: Scores): EqualError {
  const thresholds = [...new Set([...scores.genuine, ...scores.impostor])]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const genuine = [...scores.genuine].sort((a, b) => a - b);
  const impostor = [...scores.impostor].sort((a, b) => a - b);
  let best = { threshold: Number.NaN, gap: Infinity, rate: Number.NaN };
  let [below, missed] = [0, 0];
  for (const threshold of thresholds) {
    while (below < impostor.length && impostor[below]! < threshold) below++;
    while (missed < genuine.length && genuine[missed]! < threshold) missed++;
    const fmr = 1 - below / impostor.length;
    const fnmr = missed / genuine.length;
    const [gap, rate] = [Math.abs(fmr - fnmr), (fmr + fnmr) / 2];
    if (gap < best.gap || (gap === best.gap && rate < best.rate)) best = { threshold, gap, rate };
  }
  return { rate: best.rate, at: errorsAt(scores, best.threshold) };
}

export type TrueAccepts = {
  /** The false match rate asked for, 0…1. */
  readonly far: number;
  /** Lowest observed threshold that keeps to it. */
  readonly threshold: number;
  readonly tar: Rate;
  readonly fmr: Rate;
  /** Are there impostors enough for such a rate to mean one false match at least? */
  readonly shown: boolean;
};

/** True accept rate at the lowest threshold whose false match rate is at most `far`. */
export function tarAtFar(scores: Scores, far: number): TrueAccepts {
  const falling = [...scores.impostor].sort((a, b) => b - a);
  const allowed = Math.floor(far * falling.length + 1e-9);
  // The first impostor who must not match; ties with it must not either.
  const barred = falling[allowed] ?? -Infinity;
  const above = [...scores.genuine, ...scores.impostor].filter((score) => score > barred);
  const threshold = above.length > 0 ? above.reduce((least, score) => Math.min(least, score)) : Infinity;
  const { fmr, fnmr } = errorsAt(scores, threshold);
  return {
    far,
    threshold,
    tar: rateOf(fnmr.of - fnmr.hits, fnmr.of),
    fmr,
    shown: falling.length * far >= 1,
  };
}
