import type { KeyObject } from 'node:crypto';
import {
  CompactEncrypt,
  CompactSign,
  type CryptoKey,
  compactDecrypt,
  compactVerify,
  decodeProtectedHeader,
  type JWK,
} from 'jose';
import { type Evidence, evidenceSchema } from './evidence.ts';

type Key = KeyObject | CryptoKey | JWK;

export const EVIDENCE_TYPE = 'application/jose';
/** The most that an attempt may hand over, bytes of the sealed form. */
export const MAX_EVIDENCE_BYTES = 8 * 1024 * 1024;

export type SealCode =
  /** Not a sealed message, sealed for another key, or changed on its way. */
  | 'evidence-unreadable'
  /** Sealed well, but not signed by this kiosk. */
  | 'evidence-signature-wrong'
  /** Signed well, but not evidence. */
  | 'evidence-malformed';

export type OpenedEvidence =
  | { readonly ok: true; readonly evidence: Evidence }
  | { readonly ok: false; readonly code: SealCode; readonly message: string };

/**
 * Signs evidence as the kiosk (JWS, EdDSA, `kid` = kiosk's id), then encrypts it for the backend
 * (JWE, ECDH-ES on X25519, A256GCM).
 * @param to.backendKey the `use: enc` key of the backend's JWKS, with its `kid`.
 */
export async function sealEvidence(
  evidence: Evidence,
  to: { readonly kioskKey: Key; readonly kioskId: string; readonly backendKey: JWK },
): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(evidence));
  const signed = await new CompactSign(text)
    .setProtectedHeader({ alg: 'EdDSA', kid: to.kioskId, typ: 'evidence' })
    .sign(to.kioskKey);
  return new CompactEncrypt(new TextEncoder().encode(signed))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: to.backendKey.kid, cty: 'JOSE' })
    .encrypt(to.backendKey);
}

/**
 * Opens what `sealEvidence` made. Never throws for anything that was sent.
 * @param by.privateKeys the backend's keys, each with its `kid`: after a rotation the old one opens what is on its way.
 * @param by.kioskKey public key of the kiosk that sent it. @param by.kioskId its id, the `kid` that has to stand inside.
 */
export async function openEvidence(
  jwe: string,
  by: { readonly privateKeys: readonly JWK[]; readonly kioskKey: Key; readonly kioskId: string },
): Promise<OpenedEvidence> {
  const signed = await decrypt(jwe, by.privateKeys);
  if (signed === undefined)
    return fail('evidence-unreadable', 'the evidence is not sealed for this backend, or changed');
  const text = await unsign(signed, by.kioskKey, by.kioskId);
  if (text === undefined)
    return fail('evidence-signature-wrong', 'the evidence is not signed by the kiosk that sent it');
  const parsed = evidenceSchema.safeParse(readJson(text));
  if (parsed.success) return { ok: true, evidence: parsed.data };
  const first = parsed.error.issues[0];
  return fail(
    'evidence-malformed',
    `the evidence does not keep to its schema, at ${first?.path.join('.') || 'its top'}`,
  );
}

const fail = (code: SealCode, message: string): OpenedEvidence => ({ ok: false, code, message });

async function decrypt(jwe: string, keys: readonly JWK[]): Promise<string | undefined> {
  try {
    const header = decodeProtectedHeader(jwe);
    const key = keys.find(({ kid }) => kid !== undefined && kid === header.kid);
    // Compression is no part of the format: a small message must not unpack into a large one.
    if (!key || 'zip' in header || !isCanonical(jwe, 5)) return undefined;
    const options = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };
    const { plaintext } = await compactDecrypt(jwe, key, options);
    return new TextDecoder().decode(plaintext);
  } catch {
    return undefined;
  }
}

async function unsign(jws: string, key: Key, kioskId: string): Promise<Uint8Array | undefined> {
  try {
    if (!isCanonical(jws, 3)) return undefined;
    const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['EdDSA'] });
    return protectedHeader.kid === kioskId && protectedHeader.typ === 'evidence' ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** Base64url's last letter can hold bits that no decoder looks at: only the one true spelling is taken. */
function isCanonical(compact: string, parts: number): boolean {
  const segments = compact.split('.');
  return (
    segments.length === parts &&
    segments.every((segment) => Buffer.from(segment, 'base64url').toString('base64url') === segment)
  );
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
