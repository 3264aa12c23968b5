import type { Pose } from '../models/contract.ts';
import type { ChallengeKind, FaceObservation, Hint, Observation, Plan, Prompt, Verdict } from './contract.ts';
import type { Settings } from './settings.ts';
import type { Continuity } from './signals/continuity.ts';
import type { Cuts } from './signals/cuts.ts';
import type { Identity } from './signals/identity.ts';
import type { PadScores } from './signals/pad.ts';
import type { Movement } from './signals/plausibility.ts';
import type { Presence } from './signals/presence.ts';
import type { Still } from './signals/still.ts';
import type { Turning } from './signals/turning.ts';

/** One frame of the baseline, before it is settled. */
export type BaselineSample = {
  readonly at: number;
  readonly track: number;
  readonly pose: Pose;
  /** x y z each, pixels. */
  readonly points: readonly number[];
  readonly embedding?: readonly number[];
  readonly pad?: number;
};

/** The person's own neutral look: medians over the baseline; points x y z each, pixels. */
export type Neutral = { readonly pose: Pose; readonly points: readonly number[] };

/** What one challenge showed. */
export type MotionEvidence = {
  readonly challenge: ChallengeKind;
  /** From the prompt to the angle, milliseconds. */
  readonly reactionMs: number;
  readonly reliefs: readonly number[];
  readonly leads: readonly number[];
  readonly fullnesses: readonly number[];
};

export type BaselinePhase = {
  readonly kind: 'baseline';
  readonly window: readonly BaselineSample[];
  /** `at` of the last frame that moved too far from those before; NaN. */
  readonly stirredAt: number;
  /** Time that was given to take off a mask or sunglasses, milliseconds. */
  readonly coveredMs: number;
};

export type LookPhase = {
  readonly kind: 'look';
  /** The challenge that follows; the number of challenges in the last look. */
  readonly step: number;
  readonly since: number;
  /** Was the neutral pose reached since the challenge before? */
  readonly settled: boolean;
  /** `at` since when the look is neutral without a break; NaN when it is not. */
  readonly neutralSince: number;
  /** Neutral time in all, milliseconds. */
  readonly neutralMs: number;
  /** Did an embedding within this look match the baseline's? */
  readonly proven: boolean;
  /** Away from neutral since, and how many frames; NaN and 0. */
  readonly awaySince: number;
  readonly awayFrames: number;
  /** The same for an angle as large as a challenge asks for. */
  readonly farSince: number;
  readonly farFrames: number;
};

export type ChallengePhase = {
  readonly kind: 'challenge';
  readonly step: number;
  readonly promptAt: number;
  /** Time that the prompt was on the screen, milliseconds. */
  readonly spentMs: number;
  /** Angle along the challenge in the frame before, degrees. */
  readonly before: number;
  /** First frame that reached the angle; NaN. */
  readonly reachedAt: number;
  readonly wrongSince: number;
  readonly wrongFrames: number;
  /** Embeddings taken in motion. */
  readonly sampled: number;
};

export type EndedPhase = { readonly kind: 'ended'; readonly verdict: Verdict };

export type Phase = BaselinePhase | LookPhase | ChallengePhase | EndedPhase;

/** Plain data: can be cloned and kept; its size is bounded. */
export type LivenessState = {
  readonly plan: Plan;
  readonly settings: Settings;
  readonly phase: Phase;
  readonly continuity: Continuity;
  readonly presence: Presence;
  readonly movement: Movement;
  readonly cuts: Cuts;
  readonly turning: Turning;
  readonly identity: Identity;
  readonly pad: PadScores;
  /** Empty points before the baseline. */
  readonly neutral: Neutral;
  readonly motions: readonly MotionEvidence[];
  readonly still?: Still;
  readonly prompt: Prompt;
  /** What is amiss now, and since when; shown once it lasted. */
  readonly hint?: { readonly hint: Hint; readonly since: number };
};

/** Which models the next frame is wanted from, beside detector and mesh. */
export type Wants = { readonly pad: boolean; readonly embedding: boolean };

export type Step = {
  readonly state: LivenessState;
  readonly prompt: Prompt;
  /** This frame is the best still so far: keep its picture, drop the one kept before. */
  readonly keep: boolean;
  /** For the next frame. */
  readonly wants: Wants;
  readonly verdict?: Verdict;
};

/** A frame with exactly one usable face. */
export type Seen = { readonly observation: Observation; readonly face: FaceObservation };
