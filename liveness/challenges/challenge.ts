import type { ChallengeKind } from '../contract.ts';

/** A motion, as the pose shows it: which angle changes, and which way. */
export type Challenge = {
  readonly kind: ChallengeKind;
  readonly axis: 'yaw' | 'pitch';
  /** +1 or −1: the sign of the angle, see `Pose`. */
  readonly sign: 1 | -1;
};
