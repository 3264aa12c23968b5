import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { RECEIPT_TYPE, type Receipt } from '../../server/contract/receipt.ts';
import type { Verification, VerificationResult } from '../../server/contract/schemas.ts';

/** Who signs here: no till in a shop believes it. */
export const SIMULATOR_ISSUER = 'liveness-kiosk-simulator';

export type Receipts = ReturnType<typeof createReceipts>;
type Said = Omit<Receipt, 'iss'> & { readonly iss: typeof SIMULATOR_ISSUER };

/** Signs receipts as a backend does, with a key that says what it is. @param key private Ed25519 key. */
export function createReceipts(key: KeyObject, publicJwk: object) {
  const kid = 'simulator';
  return {
    /** What a till is given beforehand. */
    jwks: { keys: [{ ...publicJwk, kid, use: 'sig', alg: 'EdDSA' }] },
    /** @param forged signed by a stranger who claims the same key. */
    sign(said: Said, forged: boolean): string {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const text = `${part({ alg: 'EdDSA', kid, typ: RECEIPT_TYPE })}.${part(said)}`;
      const signer = forged ? generateKeyPairSync('ed25519').privateKey : key;
      return `${text}.${sign(null, Buffer.from(text), signer).toString('base64url')}`;
    },
  };
}

/** What the receipt of an outcome says. @param now milliseconds since 1970. */
export function saidOf(
  asked: Verification,
  ended: Pick<VerificationResult, 'outcome' | 'reason' | 'authorities' | 'cancelledBy'>,
  now: number,
): Said {
  const { id, sale, till, channel, round, purpose, amount, cardholder, subject, assistance } = asked;
  return {
    iss: SIMULATOR_ISSUER,
    jti: `${id}-${round}`,
    iat: Math.floor(now / 1000),
    verification: id,
    created: Math.floor(Date.parse(asked.createdAt) / 1000),
    round,
    sale,
    till,
    kiosk: 'simulator',
    store: 'simulator',
    channel,
    purpose,
    ...(amount !== undefined && { amount }),
    outcome: ended.outcome,
    reason: ended.reason,
    authorities: ended.authorities,
    required: ['bank', 'police', 'insurer'],
    cardholder,
    subject: {
      name: subject.name,
      idNumber: subject.idNumber,
      ...(subject.relation && { relation: subject.relation }),
    },
    by_hand: subject.who === 'by-hand',
    ...(assistance && { assistance }),
    ...(ended.cancelledBy && { cancelled_by: ended.cancelledBy }),
    policy: 'simulator',
  };
}
