import type { Generated } from 'kysely';

/** Times are milliseconds since 1970; JSON is text: the same on every engine. */
export type Tables = {
  kiosks: KioskRow;
  /** One-time codes that were used, by their hash. */
  enrolment_codes: { readonly code: string; readonly kiosk: string; readonly used_at: number };
  /** Nonces of signed requests, kept while their signature could still be fresh. */
  nonces: { readonly kiosk: string; readonly nonce: string; readonly expires_at: number };
  people: PersonRow;
  verifications: VerificationRow;
  attempts: AttemptRow;
  events: EventRow;
  audit: Omit<AuditRow, 'seq'> & { seq: Generated<number> };
};

export type KioskRow = {
  readonly id: string;
  readonly name: string;
  readonly store: string;
  /** Public Ed25519 key: the `x` of its JWK. */
  readonly key: string;
  readonly enrolled_at: number;
  readonly revoked_at: number | null;
};

export type PersonRow = {
  /** Keyed fingerprint of the ID number. */
  readonly id: string;
  readonly sealed: string;
  readonly updated_at: number;
};

export type VerificationRow = {
  readonly id: string;
  readonly kiosk: string;
  readonly till: string;
  readonly sale: string;
  readonly channel: 'kiosk' | 'phone' | 'cashier-phone';
  readonly idempotency_key: string;
  /** Keyed fingerprint of the request, to tell a repetition from a conflict. */
  readonly request: string;
  readonly person: string;
  /** Masked. */
  readonly subject_name: string;
  readonly subject_id: string;
  readonly state: string;
  readonly created_at: number;
  readonly expires_at: number;
  /** JSON: what each authority said so far. */
  readonly answered: string;
  /** Number of the last event; grows by one with every change, so that a change can be conditional on it. */
  readonly revision: number;
  readonly outcome: string | null;
  readonly reason: string | null;
  /** JSON. */
  readonly authorities: string | null;
  readonly receipt: string | null;
  readonly decided_at: number | null;
};

export type AttemptRow = {
  readonly id: string;
  readonly verification: string;
  readonly kiosk: string;
  readonly person: string;
  readonly number: number;
  readonly idempotency_key: string | null;
  readonly nonce: string;
  /** JSON. */
  readonly plan: string;
  readonly created_at: number;
  readonly expires_at: number;
  /** Fingerprint of the sealed evidence that used this attempt up. */
  readonly evidence: string | null;
  readonly used_at: number | null;
};

/** One change of a verification, as its streams show it. */
export type EventRow = {
  readonly verification: string;
  readonly revision: number;
  /** JSON of the contract's Verification. */
  readonly data: string;
};

export type AuditRow = {
  readonly seq: number;
  readonly at: number;
  /** `kiosk:ID`, `backend`. */
  readonly who: string;
  readonly what: string;
  readonly verification: string | null;
  /** JSON, masked. */
  readonly detail: string;
};
