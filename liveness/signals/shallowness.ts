import type { Turning } from './turning.ts';

/** Fewer pictures of turns than these say nothing. */
const LEAST = 3;

/**
 * What is known of heads before any picture was seen, so that few pictures do not say much: q is 0 ± 0.2 and p 0.55 ±
 * 0.5, where one picture's measure is off by about 0.02.
 */
const KNOWN = { p: 0.55, qWeight: (0.02 / 0.2) ** 2, pWeight: (0.02 / 0.5) ** 2 } as const;

/**
 * How much shallower the thing that turns is than the head that the mesh sees in it, see signals/turning.ts: the root of
 * the larger eigenvalue of Q; 1 for a head, about 1/r for a mask that has the r-th part of a head's depth. With q and p
 * both open it finds masks, too, that stand askew while they rest, so that a turn to one side shows more of them, not
 * less, and fullness is deceived. Nothing before three pictures of a turn.
 */
export function shallowness({ inner }: Turning): number | undefined {
  if (inner.frames < LEAST) return undefined;
  const uu = inner.uu + KNOWN.qWeight;
  const vv = inner.vv + KNOWN.pWeight;
  const vy = inner.vy + KNOWN.pWeight * KNOWN.p;
  const whole = uu * vv - inner.uv ** 2;
  const q = (inner.uy * vv - vy * inner.uv) / whole;
  const p = (vy * uu - inner.uy * inner.uv) / whole;
  const value = Math.sqrt((1 + p) / 2 + Math.hypot((1 - p) / 2, q));
  return Number.isFinite(value) ? value : undefined;
}
