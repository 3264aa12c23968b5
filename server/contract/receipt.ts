import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { assistanceSchema } from './assistance.ts';
import { maskedPersonSchema, relationSchema } from './people.ts';
import { appealSchema, authoritiesSchema, authorityNameSchema, channelSchema, outcomeSchema } from './schemas.ts';

export const RECEIPT_TYPE = 'verification-receipt+jwt';
export const RECEIPT_ISSUER = 'liveness-kiosk-backend';

/** What a receipt says. People are masked. Times are seconds since 1970, as JWT (RFC 7519) has them. */
export const receiptSchema = z.strictObject({
  iss: z.literal(RECEIPT_ISSUER),
  /** Id of this receipt. */
  jti: z.string(),
  /** When the outcome was decided, or an appeal taken in. */
  iat: z.number().int(),
  verification: z.string(),
  /** When the till asked. */
  created: z.number().int(),
  /** A retry makes the next one; the receipt of the highest round is the one that counts. */
  round: z.number().int().min(1),
  sale: z.string(),
  till: z.string(),
  kiosk: z.string(),
  store: z.string(),
  channel: channelSchema,
  purpose: z.string(),
  /** Fen. */
  amount: z.number().int().optional(),
  outcome: outcomeSchema,
  reason: z.string(),
  authorities: authoritiesSchema,
  /** Whose word was needed. */
  required: z.array(authorityNameSchema),
  cardholder: maskedPersonSchema,
  /** Who stood at the counter. */
  subject: maskedPersonSchema.extend({ relation: relationSchema.optional() }),
  /** Who consented for a subject under 14. */
  guardian: maskedPersonSchema.extend({ relation: relationSchema }).optional(),
  /** Whether the subject was entered by hand. */
  by_hand: z.boolean(),
  /** Less was asked of the person than usual, or nothing: how, and who vouched. */
  assistance: assistanceSchema.optional(),
  cancelled_by: z.enum(['till', 'subject', 'kiosk']).optional(),
  appeal: appealSchema.optional(),
  /** Version of the rules by which it was decided. */
  policy: z.string(),
});

export type Receipt = z.output<typeof receiptSchema>;

export type ReadReceipt =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly code: 'receipt-signature-wrong' | 'receipt-malformed'; readonly message: string };

/**
 * Verifies a receipt without asking anybody.
 * @param jwks the backend's /.well-known/jwks.json, kept from before.
 */
export async function readReceipt(jws: string, jwks: JSONWebKeySet): Promise<ReadReceipt> {
  const keys = { keys: jwks.keys.filter((key) => key.use === 'sig') };
  let payload: Uint8Array;
  try {
    const verified = await compactVerify(jws, createLocalJWKSet(keys), { algorithms: ['EdDSA'] });
    if (verified.protectedHeader.typ !== RECEIPT_TYPE)
      return { ok: false, code: 'receipt-malformed', message: `its type is not ${RECEIPT_TYPE}` };
    payload = verified.payload;
  } catch {
    return { ok: false, code: 'receipt-signature-wrong', message: 'no key of the key set made this signature' };
  }
  const parsed = receiptSchema.safeParse(readJson(payload));
  if (parsed.success) return { ok: true, receipt: parsed.data };
  const at = parsed.error.issues[0]?.path.join('.') || 'its top';
  return { ok: false, code: 'receipt-malformed', message: `it does not keep to its schema, at ${at}` };
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
