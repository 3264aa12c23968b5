import type { ChallengeKind } from '../contract.ts';
import type { Challenge } from './challenge.ts';
import { nodDown } from './nod-down.ts';
import { nodUp } from './nod-up.ts';
import { turnLeft } from './turn-left.ts';
import { turnRight } from './turn-right.ts';

/** The table of challenges: one file and one line each. */
export const CHALLENGES: Readonly<Record<ChallengeKind, Challenge>> = {
  'turn-left': turnLeft,
  'turn-right': turnRight,
  'nod-down': nodDown,
  'nod-up': nodUp,
};

export const CHALLENGE_KINDS: readonly ChallengeKind[] = Object.values(CHALLENGES).map((challenge) => challenge.kind);
