import type { Box, Pose } from '../models/contract.ts';

/** One requested motion, in the person's own left and right. */
export type ChallengeKind = 'turn-left' | 'turn-right' | 'nod-down' | 'nod-up';

/** How somebody is helped who cannot turn or nod well: not at all, by less motion, by a member of staff who vouches. */
export type AssistanceKind = 'none' | 'gentle' | 'attested';

/** The random order of challenges, issued by the backend, used once. */
export type Plan = {
  /** Before each, the person looks straight for `holdMs` (random, so that a recording falls out of step). */
  readonly steps: readonly { readonly challenge: ChallengeKind; readonly holdMs: number }[];
  /** Time for one challenge from its prompt, milliseconds. */
  readonly stepLimitMs: number;
  /** Time for the whole session from its first observation, milliseconds. */
  readonly totalLimitMs: number;
  /** Whose bars it is judged by; `none` without a word. */
  readonly assistance?: AssistanceKind;
};

/** What one frame says of the face that is followed. Numbers are rounded once, here, so that a transcript replays exactly. */
export type FaceObservation = {
  /** Changes whenever the face was lost or jumped: another number may be another person. */
  readonly track: number;
  readonly box: Box;
  /** `KEY_VERTICES` of the mesh, x y z each, pixels of the picture. */
  readonly points: readonly number[];
  readonly pose: Pose;
  readonly quality: Quality;
  /** 0…1, higher is more likely bona fide; only on frames where it was asked for. */
  readonly pad?: number;
  /** 512 numbers of length 1; only on frames where it was asked for. */
  readonly embedding?: readonly number[];
};

export type Quality = {
  /** Variance of the Laplacian over the face, grey levels². */
  readonly sharpness: number;
  /** Mean grey level of the face, 0…255. */
  readonly brightness: number;
  /** Mean grey level of the rest of the picture, 0…255. */
  readonly surround: number;
  /** Share of the face box that lies inside the picture, 0…1. */
  readonly inside: number;
  /** Light around the eyes as a share of the skin's, about 1 when bare, and the colour of the lips, see models/cover.ts. */
  readonly eyeLight?: number;
  readonly lipColour?: number;
};

/** What one frame says. */
export type Observation = {
  readonly seq: number;
  /** Milliseconds, monotonic; only differences mean anything. */
  readonly at: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Faces found in the picture. */
  readonly faces: number;
  readonly face?: FaceObservation;
  /** 64-bit perceptual hash of the picture (dHash), 16 hex digits: near pictures differ in few bits. */
  readonly hash: string;
  /** Exact digest of the pixels, 16 hex digits: a sensor's noise never repeats one. */
  readonly digest: string;
};

/** What the person is told; the screen shows it and nothing else. */
export type Prompt =
  | { readonly kind: 'look'; readonly done: number; readonly of: number }
  | { readonly kind: 'guidance'; readonly hint: Hint; readonly done: number; readonly of: number }
  | {
      readonly kind: 'challenge';
      readonly challenge: ChallengeKind;
      /** 0…1 of the angle asked for, from the real pose. */
      readonly progress: number;
      readonly done: number;
      readonly of: number;
      readonly remainingMs: number;
    }
  | { readonly kind: 'finished' };

export type Hint =
  | 'no-face'
  | 'one-person'
  | 'closer'
  | 'back'
  | 'centre'
  | 'brighter'
  | 'backlight'
  | 'hold-still'
  | 'take-off-mask'
  | 'take-off-sunglasses'
  | 'look-straight';

export type FailReason =
  | 'wrong-motion'
  | 'motion-early'
  | 'two-faces'
  | 'face-lost'
  | 'identity-changed'
  | 'picture-frozen'
  | 'picture-repeats'
  | 'time-irregular'
  | 'flat-motion'
  | 'pad-attack'
  | 'no-frontal-still'
  | 'challenge-timeout'
  | 'session-timeout';

/** One signal's value at the end, for the audit, never for a screen or a till. */
export type Signal = { readonly name: string; readonly value: number; readonly bar: number; readonly passed: boolean };

export type Verdict =
  | { readonly live: true; readonly still: number; readonly signals: readonly Signal[] }
  | { readonly live: false; readonly reasons: readonly FailReason[]; readonly signals: readonly Signal[] };
