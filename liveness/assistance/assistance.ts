import type { AssistanceKind } from '../contract.ts';
import type { Settings } from '../settings.ts';

/** How a session goes for somebody who cannot turn or nod well: what its plan asks for, and by which bars it is judged. */
export type Assistance = {
  readonly kind: AssistanceKind;
  /** Motions that a plan asks for, at least and at most; 0: the person only looks. */
  readonly motions: readonly [least: number, most: number];
  /** Turns among them: at least one, or at least one to each side. */
  readonly turns: 'one' | 'each side';
  /** See `Plan`, milliseconds. */
  readonly stepLimitMs: number;
  readonly totalLimitMs: number;
  /** Bars that differ from `DEFAULTS`. */
  readonly settings: Partial<Settings>;
};
