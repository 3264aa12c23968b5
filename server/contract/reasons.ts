import type { FailReason } from '../../liveness/contract.ts';

/** Why a verification ended as it did: stable codes, never scores. Words for people are made from them on the pages. */
export const REASONS = [
  'matched',
  'liveness-wrong-motion',
  'liveness-motion-early',
  'liveness-two-faces',
  'liveness-face-lost',
  'liveness-identity-changed',
  'liveness-picture-frozen',
  'liveness-picture-repeats',
  'liveness-time-irregular',
  'liveness-flat-motion',
  'liveness-pad-attack',
  'liveness-no-frontal-still',
  'liveness-challenge-timeout',
  'liveness-session-timeout',
  /** The backend's own models do not agree with what the kiosk sent. */
  'evidence-still-rejected',
  'evidence-plan-mismatch',
  'evidence-time-window',
  'police-face-mismatch',
  'police-mismatch',
  'police-not-found',
  'police-locked',
  'police-unavailable',
  'guardian-mismatch',
  'insurer-mismatch',
  'insurer-suspended',
  'insurer-not-found',
  'insurer-locked',
  'insurer-unavailable',
  'bank-mismatch',
  'bank-not-found',
  'bank-locked',
  'bank-unavailable',
  'models-unavailable',
  /** Something in the backend failed; it says nothing about the person. */
  'backend-fault',
  'expired',
  'cancelled',
  'consent-refused',
  'camera-missing',
  'kiosk-fault',
] as const;

export type Reason = (typeof REASONS)[number];

export const livenessReason = (reason: FailReason): Reason => `liveness-${reason}`;

/** What would be the same the next time: the authorities know this person otherwise, or not at all. */
const DEFINITE: readonly string[] = [
  'police-mismatch',
  'police-not-found',
  'police-locked',
  'guardian-mismatch',
  'insurer-mismatch',
  'insurer-suspended',
  'insurer-not-found',
  'insurer-locked',
  'bank-mismatch',
  'bank-not-found',
  'bank-locked',
];

/** Whether trying again could end otherwise. */
export const canRetry = (reason: string): boolean => !DEFINITE.includes(reason);
