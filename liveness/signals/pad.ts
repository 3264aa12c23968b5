import type { Settings } from '../settings.ts';

/** PAD scores of neutral looks: the network was trained on frontal faces. */
export type PadScores = { readonly sum: number; readonly count: number };

export const NO_SCORES: PadScores = { sum: 0, count: 0 };

/** Adds a score 0…1; anything else is no score, never a made-up one. */
export function addScore(scores: PadScores, score: number | undefined): PadScores {
  if (score === undefined || !(score >= 0 && score <= 1)) return scores;
  return { sum: scores.sum + score, count: scores.count + 1 };
}

export function meanScore(scores: PadScores): number {
  return scores.count === 0 ? 0 : scores.sum / scores.count;
}

export function isEnough(scores: PadScores, settings: Settings): boolean {
  return scores.count >= settings.padFrames;
}
