import type { Turning } from './turning.ts';

/** Fewer pictures of turns than these say nothing. */
const LEAST = 3;

/** What is known of heads before any picture was seen: p is 0.7 ± 0.5, where one picture's measure is off by about 0.02. */
const KNOWN = { p: 0.7, weight: (0.02 / 0.5) ** 2 } as const;

/** No face is deeper than this against the mesh's; above it is noise. */
const DEEPEST = 2;

/**
 * How deep the middle of the face is, eyes and nose, against the depth that the mesh draws there: 1/√p with q = 0, see
 * signals/turning.ts. A head has 1 or more; a mask, whose nose and cheeks the mesh puts where a head's would be, betrays
 * itself by eyes that come together as on a thing that is turned further. Nothing before three pictures of a turn.
 */
export function middleDepth({ middle }: Turning): number | undefined {
  if (middle.frames < LEAST) return undefined;
  const p = (middle.vy + KNOWN.weight * KNOWN.p) / (middle.vv + KNOWN.weight);
  if (!Number.isFinite(p)) return undefined;
  return Math.min(DEEPEST, 1 / Math.sqrt(Math.max(1e-6, p)));
}
