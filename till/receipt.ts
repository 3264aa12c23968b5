import type { Answer, Assistance, AuthorityAnswer, Outcome, Person } from './contract.ts';
import { no } from './wire.ts';

/** What a receipt says; times are seconds since 1970. The kiosk's schema has more (docs/till.md). */
export type Receipt = {
  readonly iss: string;
  readonly jti: string;
  readonly iat: number;
  readonly verification: string;
  readonly round: number;
  readonly sale: string;
  readonly till: string;
  readonly store: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly authorities: Readonly<Record<'bank' | 'police' | 'insurer', AuthorityAnswer>>;
  readonly cardholder: Person;
  readonly subject: Person;
  readonly amount?: number;
  /** Less was asked of the person than usual, or nothing and somebody vouched. */
  readonly assistance?: Assistance | undefined;
};

/** The backend's public keys, as its operator gave them (/.well-known/jwks.json). */
export type KeySet = { readonly keys: readonly object[] };

export type ReceiptOptions = {
  readonly sale: string;
  /** The one that counts is that of the latest round. */
  readonly round?: number;
  /** Takes a receipt of the simulator: never in a shop. */
  readonly simulator?: boolean;
};

const TYPE = 'verification-receipt+jwt';
const ISSUER = 'liveness-kiosk-backend';
const SIMULATOR = 'liveness-kiosk-simulator';

/**
 * Checks a receipt without asking anybody: signed (JWS, EdDSA) by a key that was given before, of this sale and round.
 * Codes: `receipt-malformed`, `receipt-signature-wrong`, `receipt-of-a-simulator`, `receipt-of-another-sale`.
 */
export async function checkReceipt(jws: string, jwks: KeySet, expected: ReceiptOptions): Promise<Answer<Receipt>> {
  const parts = jws.split('.');
  const [header, receipt] = [readPart(parts[0]), readPart(parts[1])] as [Header | undefined, Receipt | undefined];
  const signature = bytesOf(parts[2]);
  if (parts.length !== 3 || header?.alg !== 'EdDSA' || header.typ !== TYPE || !receipt || !signature)
    return no('receipt-malformed');
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  const key = (jwks.keys as readonly Jwk[]).find(
    ({ kid, kty, use }) => kid === header.kid && kty === 'OKP' && use === 'sig',
  );
  if (!key || !(await isSigned(key, signature, signed))) return no('receipt-signature-wrong');
  if (receipt.iss === SIMULATOR && !expected.simulator) return no('receipt-of-a-simulator');
  if (receipt.iss !== ISSUER && receipt.iss !== SIMULATOR) return no('receipt-malformed', 'another issuer');
  const fits = receipt.sale === expected.sale && (expected.round ?? receipt.round) === receipt.round;
  return fits ? { ok: true, value: receipt } : no('receipt-of-another-sale');
}

type Header = { readonly alg?: string; readonly typ?: string; readonly kid?: string };
type Jwk = {
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly kid?: string;
  readonly use?: string;
};

async function isSigned({ kty, crv, x }: Jwk, signature: Uint8Array, signed: Uint8Array): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x } as JsonWebKey, { name: 'Ed25519' }, false, [
      'verify',
    ]);
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, signature as BufferSource, signed as BufferSource);
  } catch {
    return false;
  }
}

function readPart(text: string | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytesOf(text)));
  } catch {
    return undefined;
  }
}

function bytesOf(text = ''): Uint8Array | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
