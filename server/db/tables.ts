import type { Kysely } from 'kysely';
import type { AssistanceKind } from '../../liveness/contract.ts';
import type { ChainedLine, ChainHead } from './chain.ts';

/** A connection to the tables, or a transaction on it. */
export type Db = Kysely<Tables>;

/** Times are milliseconds since 1970; JSON is text: the same on every engine. */
export type Tables = {
  kiosks: KioskRow;
  /** One-time codes that were used, by their hash. */
  enrolment_codes: { readonly code: string; readonly kiosk: string; readonly used_at: number };
  /** Nonces of signed requests, kept while their signature could still be fresh. */
  nonces: { readonly kiosk: string; readonly nonce: string; readonly expires_at: number };
  people: PersonRow;
  verifications: VerificationRow;
  /** Questions that were taken back before anything had come of them. */
  withdrawn: { readonly kiosk: string; readonly till: string; readonly idempotency_key: string; readonly at: number };
  parties: PartiesRow;
  relatives: RelativeRow;
  attempts: AttemptRow;
  events: EventRow;
  audit: AuditRow;
  /** The last line of every chain of the audit; `mac` is its signature. */
  audit_heads: ChainHead & { readonly mac: string };
  audit_personal: PersonalRow;
  /** Who does a job that one process does for all, and until when it is theirs. */
  leases: { readonly name: string; readonly holder: string; readonly until: number };
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
  /** Keyed fingerprint of the subject's ID number. */
  readonly person: string;
  readonly purpose: string;
  /** Fen. */
  readonly amount: number | null;
  /** Masked, as the subject's. */
  readonly cardholder_name: string;
  readonly cardholder_id: string;
  readonly who: 'cardholder' | 'relative' | 'by-hand';
  /** JSON: code and label. */
  readonly relation: string | null;
  /** JSON, masked: name, ID number, relation. */
  readonly guardian: string | null;
  /** JSON: the authorities that must agree. */
  readonly required: string;
  /** Of this round. */
  readonly assistance: AssistanceKind;
  /** Staff number. */
  readonly attested_by: string | null;
  /** JSON: what of it the purpose allows. */
  readonly assistable: string;
  readonly round: number;
  /** Until then an ending can be taken up again. */
  readonly reopen_until: number | null;
  readonly cancelled_by: 'till' | 'subject' | 'kiosk' | null;
  readonly appealed_by: 'cashier' | 'subject' | null;
  readonly appealed_at: number | null;
  readonly appeal_decision: 'open' | 'upheld' | 'dismissed' | null;
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

/** Cardholder, subject and guardian of one verification, sealed to its id. */
export type PartiesRow = {
  readonly verification: string;
  readonly sealed: string;
  readonly keep_until: number;
};

/** One who may stand at the counter for a cardholder, sealed to its id. */
export type RelativeRow = {
  readonly id: string;
  readonly kiosk: string;
  /** Keyed fingerprint of the cardholder's ID number. */
  readonly cardholder: string;
  readonly sealed: string;
  readonly expires_at: number;
};

export type AttemptRow = {
  readonly id: string;
  readonly verification: string;
  readonly kiosk: string;
  readonly person: string;
  readonly number: number;
  /** Of the verification. */
  readonly round: number;
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

/** One line of the audit. `who`: `kiosk:ID`, `backend`. */
export type AuditRow = ChainedLine & { readonly hash: string };

/** What a line of the audit says about a person; all null but the digest once it was erased. */
export type PersonalRow = {
  readonly digest: string;
  readonly person: string | null;
  readonly salt: string | null;
  /** JSON, masked. */
  readonly words: string | null;
  readonly erased_at: number | null;
};
