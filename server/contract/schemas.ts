import { z } from 'zod';
import { assistanceRequestSchema, assistanceSchema, helpSchema } from './assistance.ts';
import { cardholderSchema, maskedPersonSchema, relationSchema, subjectSchema } from './people.ts';

export const channelSchema = z.enum(['kiosk', 'phone', 'cashier-phone']);

/** A name that fits on a line: no control characters. */
const lineSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^\P{Cc}*$/u, 'no control characters');

/** The till's own reference of the sale. */
export const saleSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\x21-\x7e]+$/, 'visible ASCII characters only');

export const verificationRequestSchema = z.strictObject({
  till: lineSchema,
  sale: saleSchema,
  channel: channelSchema.default('kiosk'),
  cardholder: cardholderSchema,
  /** Who stands at the counter. */
  subject: subjectSchema.default({ who: 'cardholder' }),
  /** What it is for; which authorities must agree depends on it. */
  purpose: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'lower-case letters, digits and hyphens')
    .default('purchase'),
  /** Of the sale, in fen (1/100 yuan). */
  amount: z.number().int().min(0).max(1_000_000_000).optional(),
  /** None without a word; what is allowed depends on the purpose. */
  assistance: assistanceRequestSchema.optional(),
});

/**
 * `created` until the channel has it, `waiting` until an attempt is opened, `capturing` while it runs, `matching` from
 * its evidence on. `rejected`, `expired` and `unavailable` are outcomes that a retry or an appeal may take up again
 * for a while; `verified`, `cancelled` and `appealed` stay for ever.
 */
export const stateSchema = z.enum([
  'created',
  'waiting',
  'capturing',
  'matching',
  'verified',
  'rejected',
  'expired',
  'cancelled',
  'unavailable',
  'appealed',
]);

export const authorityNameSchema = z.enum(['bank', 'police', 'insurer']);

export const authorityOutcomeSchema = z.enum([
  'match',
  'mismatch',
  'not-found',
  'locked',
  'unavailable',
  /** Refused before the authorities were asked, or ended while they were. */
  'not-asked',
]);

export const authoritiesSchema = z.strictObject({
  bank: authorityOutcomeSchema,
  police: authorityOutcomeSchema,
  insurer: authorityOutcomeSchema,
});

export const outcomeSchema = z.enum(['verified', 'rejected', 'expired', 'cancelled', 'unavailable']);

export const resultSchema = z.object({
  outcome: outcomeSchema,
  /** A stable code of reasons.ts. */
  reason: z.string(),
  authorities: authoritiesSchema,
  /** JWS, compact, EdDSA; its key is in /.well-known/jwks.json. */
  receipt: z.string(),
  decidedAt: z.iso.datetime(),
  /** What may be done about it, until `nextUntil`. */
  next: z.array(z.enum(['retry', 'appeal'])),
  nextUntil: z.iso.datetime().optional(),
  /** Of a cancellation. */
  cancelledBy: z.enum(['till', 'subject', 'kiosk']).optional(),
});

/** A refusal that somebody contested: the sale may go on, a person looks at it later. */
export const appealSchema = z.object({
  by: z.enum(['cashier', 'subject']),
  at: z.iso.datetime(),
  decision: z.enum(['open', 'upheld', 'dismissed']),
});

/** A verification as the backend shows it to the kiosk that asked. */
export const verificationSchema = z.object({
  id: z.string(),
  state: stateSchema,
  till: z.string(),
  sale: z.string(),
  channel: channelSchema,
  purpose: z.string(),
  amount: z.number().int().optional(),
  cardholder: maskedPersonSchema,
  subject: maskedPersonSchema.extend({
    who: z.enum(['cardholder', 'relative', 'by-hand']),
    /** To the cardholder. */
    relation: relationSchema.optional(),
  }),
  /** Grows by one with every retry. */
  round: z.number().int().min(1),
  /** Rounds allowed. */
  rounds: z.number().int().min(1),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** How long a round lives in all, as this one is assisted, milliseconds. */
  lifetimeMs: z.number().int().optional(),
  /** Of this round. */
  assistance: assistanceSchema.optional(),
  /** What its purpose allows. */
  assistable: z.array(helpSchema).optional(),
  /** Authorities that have answered so far, for a progress that is true. */
  answered: z.array(authorityNameSchema),
  result: resultSchema.optional(),
  appeal: appealSchema.optional(),
});

export const challengeSchema = z.enum(['turn-left', 'turn-right', 'nod-down', 'nod-up']);

export const planSchema = z.strictObject({
  steps: z.array(z.strictObject({ challenge: challengeSchema, holdMs: z.number().int().min(0).max(5000) })).max(4),
  stepLimitMs: z.number().int().positive(),
  totalLimitMs: z.number().int().positive(),
  /** Whose bars it is judged by; `none` without a word. */
  assistance: z.enum(['none', 'gentle', 'attested']).optional(),
});

export const attemptSchema = z.object({
  id: z.string(),
  verification: z.string(),
  /** Used once; goes back inside the evidence. */
  nonce: z.string(),
  plan: planSchema,
  expiresAt: z.iso.datetime(),
});

export const cancelRequestSchema = z.strictObject({
  by: z.enum(['till', 'subject', 'kiosk']),
  /** `consent-refused` when the subject chose another way; `camera-missing` when the kiosk cannot see. */
  reason: z.enum(['cancelled', 'consent-refused', 'camera-missing', 'kiosk-fault']).default('cancelled'),
});

/** POST /v1/verifications/withdraw: of a question whose answer never came. `key`: its Idempotency-Key. */
export const withdrawRequestSchema = z.strictObject({
  till: lineSchema,
  key: z.string().regex(/^[\x21-\x7e]{1,128}$/),
});
/** What had come of it, as it stands; null when nothing had, and then nothing ever will. */
export const withdrawResponseSchema = z.object({ verification: verificationSchema.nullable() });

/** POST /v1/verifications/:id/retry; without a word as before, but that nobody vouches twice by one word. */
export const retryRequestSchema = z.strictObject({ assistance: assistanceRequestSchema.optional() });

/** POST /v1/verifications/:id/appeal */
export const appealRequestSchema = z.strictObject({ by: z.enum(['cashier', 'subject']) });

export const enrolRequestSchema = z.strictObject({
  /** One-time code from the backend's operator. */
  code: z.string().min(6).max(64),
  name: lineSchema,
  store: lineSchema,
  /** Public Ed25519 key, JWK. */
  key: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().length(43) }),
});

export const enrolResponseSchema = z.object({ kiosk: z.string() });

export type VerificationRequest = z.output<typeof verificationRequestSchema>;
export type VerificationState = z.output<typeof stateSchema>;
export type Verification = z.output<typeof verificationSchema>;
export type VerificationResult = z.output<typeof resultSchema>;
export type Outcome = z.output<typeof outcomeSchema>;
export type AuthorityName = z.output<typeof authorityNameSchema>;
export type AuthorityOutcome = z.output<typeof authorityOutcomeSchema>;
export type Authorities = z.output<typeof authoritiesSchema>;
export type Attempt = z.output<typeof attemptSchema>;
export type CancelRequest = z.output<typeof cancelRequestSchema>;
export type WithdrawRequest = z.output<typeof withdrawRequestSchema>;
export type RetryRequest = z.output<typeof retryRequestSchema>;
export type AppealRequest = z.output<typeof appealRequestSchema>;
export type EnrolRequest = z.output<typeof enrolRequestSchema>;
