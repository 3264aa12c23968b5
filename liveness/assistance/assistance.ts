import type { AssistanceKind } from '../contract.ts';
import type { Settings } from '../settings.ts';

/** How a session goes for somebody who cannot turn or nod well: what its plan asks for, and by which bars it is judged. */
export type Assistance = {
  readonly kind: AssistanceKind;
  /** Motions that a plan asks for, at least and at most, with a turn to each side; 0: the person only looks. */
  readonly motions: readonly [least: number, most: number];
  /** See `Plan`, milliseconds. */
  readonly stepLimitMs: number;
  readonly totalLimitMs: number;
  /** Bars that differ from `DEFAULTS`. */
  readonly settings: Partial<Settings>;
};
