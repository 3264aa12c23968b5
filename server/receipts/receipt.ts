import { type KeyObject, sign } from 'node:crypto';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { authoritiesSchema, channelSchema, outcomeSchema } from '../contract/index.ts';

export const RECEIPT_TYPE = 'verification-receipt+jwt';
const ISSUER = 'liveness-kiosk-backend';

/** What a receipt says. Times are seconds since 1970, as JWT (RFC 7519) has them. */
const receiptSchema = z.strictObject({
  iss: z.literal(ISSUER),
  /** Id of this receipt. */
  jti: z.string(),
  iat: z.number().int(),
  verification: z.string(),
  sale: z.string(),
  till: z.string(),
  kiosk: z.string(),
  store: z.string(),
  channel: channelSchema,
  outcome: outcomeSchema,
  reason: z.string(),
  authorities: authoritiesSchema,
  /** Masked. */
  subject: z.strictObject({ name: z.string(), id: z.string() }),
  /** Whether the subject was entered by hand. */
  by_hand: z.boolean(),
  /** Version of the rules by which it was decided. */
  policy: z.string(),
});

export type Receipt = z.output<typeof receiptSchema>;

/** JWS, compact, EdDSA. */
export function signReceipt(
  receipt: Omit<Receipt, 'iss'>,
  { kid, key }: { readonly kid: string; readonly key: KeyObject },
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'EdDSA', kid, typ: RECEIPT_TYPE })}.${part({ iss: ISSUER, ...receipt })}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

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
