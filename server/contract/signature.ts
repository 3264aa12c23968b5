import { createHash, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import { type BareItem, type InnerList, parseDictionary, serializeDictionary } from 'structured-headers';
import { type RawSignature, readSignatureHeaders, type SignedParts, signatureBase } from './signature-base.ts';

export type { SignedParts } from './signature-base.ts';

/** One label, one purpose: a signature made for something else is not taken for a request's. */
const LABEL = 'kiosk';
const TAG = 'liveness-kiosk-v1';

/** How far the clocks of kiosk and backend may differ, milliseconds. A nonce has to be kept for twice as long. */
export const MAX_SKEW_MS = 60_000;

export type SignatureCode =
  | 'signature-missing'
  | 'signature-malformed'
  | 'signature-incomplete'
  | 'signature-skew'
  | 'signature-wrong'
  | 'digest-mismatch'
  | 'kiosk-unknown';

export type SignatureCheck =
  | { readonly ok: true; readonly kiosk: string; readonly nonce: string; readonly created: number }
  | { readonly ok: false; readonly code: SignatureCode; readonly message: string };

/**
 * Signs a request as a kiosk (RFC 9421, Ed25519; RFC 9530 digest of the body).
 * @param key private Ed25519 key. @param now milliseconds since 1970. @param nonce at least 128 random bits, as text.
 * @returns the headers to add.
 */
export function signRequest(
  request: SignedParts,
  key: KeyObject,
  kioskId: string,
  now: number,
  nonce: string,
): Record<string, string> {
  const digest: Record<string, string> = hasBody(request) ? { 'content-digest': digestOf(request.body!) } : {};
  const complete = { ...request, headers: { ...request.headers, ...digest } };
  const parameters = new Map<string, BareItem>([
    ['created', Math.floor(now / 1000)],
    ['nonce', nonce],
    ['keyid', kioskId],
    ['tag', TAG],
  ]);
  const covered: InnerList = [required(complete).map((name) => [name, new Map()]), parameters];
  const base = signatureBase(complete, covered);
  if (base === undefined) throw new TypeError('a request with a method and a URL can always be signed');
  const signature = new Uint8Array(sign(null, Buffer.from(base), key));
  return {
    ...digest,
    'signature-input': serializeDictionary(new Map([[LABEL, covered]])),
    signature: serializeDictionary(new Map([[LABEL, [signature, new Map()]]])),
  };
}

/** What a signature has to cover in this request. */
function required(request: SignedParts): readonly string[] {
  const names = ['@method', '@path', '@query'];
  if (hasBody(request) || request.headers['content-digest'] !== undefined) names.push('content-digest');
  if (request.headers['idempotency-key'] !== undefined) names.push('idempotency-key');
  return names;
}

const hasBody = (request: SignedParts): boolean => (request.body?.byteLength ?? 0) > 0;

function digestOf(body: Uint8Array): string {
  const hash = new Uint8Array(createHash('sha256').update(body).digest());
  return serializeDictionary(new Map([['sha-256', [hash, new Map()]]]));
}

export type VerifyOptions = {
  /** The public key of a kiosk; undefined for a kiosk that is not enrolled. */
  readonly keyOf: (kiosk: string) => KeyObject | undefined | Promise<KeyObject | undefined>;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Checks a kiosk's signature. That its nonce is new is for the caller to see to, in something that lasts. */
export async function verifyRequest(request: SignedParts, options: VerifyOptions): Promise<SignatureCheck> {
  const head = await verifyHead(request, options);
  return head.ok ? (verifyBody(request) ?? head) : head;
}

/** The part that needs no body: a stranger's is not worth reading. `verifyBody` has to follow. */
export async function verifyHead(request: SignedParts, options: VerifyOptions): Promise<SignatureCheck> {
  if (request.headers['signature-input'] === undefined || request.headers.signature === undefined)
    return refuse('signature-missing', 'the request carries no Signature-Input and Signature headers');
  const raw = readSignatureHeaders(request.headers, LABEL);
  const claim = raw && readClaim(raw);
  if (!raw || !claim)
    return refuse('signature-malformed', `expected a signature "${LABEL}" with created, nonce, keyid, tag="${TAG}"`);
  const names = raw.covered[0].map(([name]) => name);
  const left = required(request).filter((name) => !names.includes(name));
  if (left.length > 0) return refuse('signature-incomplete', `the signature does not cover ${left.join(', ')}`);
  if (Math.abs(options.now - claim.created) > MAX_SKEW_MS) {
    const here = new Date(options.now).toISOString();
    const there = new Date(claim.created).toISOString();
    return refuse('signature-skew', `signed at ${there}, but it is ${here} here: set the kiosk's clock`);
  }
  const key = await options.keyOf(claim.kiosk);
  if (!key) return refuse('kiosk-unknown', 'no kiosk is enrolled under this keyid');
  const base = signatureBase(request, raw.covered);
  if (base === undefined || !verify(null, Buffer.from(base), key, raw.signature))
    return refuse('signature-wrong', 'the signature does not fit the request');
  return { ok: true, ...claim };
}

/** Is the body, once read, the one whose digest `verifyHead` found signed? A body without a digest is nobody's. */
export function verifyBody(request: SignedParts): Extract<SignatureCheck, { ok: false }> | undefined {
  if (hasBody(request) && request.headers['content-digest'] === undefined)
    return refuse('signature-incomplete', 'the signature does not cover content-digest');
  return digestFits(request) ? undefined : refuse('digest-mismatch', 'Content-Digest (sha-256) does not fit the body');
}

const refuse = (code: SignatureCode, message: string) => ({ ok: false, code, message }) as const;

function readClaim(raw: RawSignature): { kiosk: string; nonce: string; created: number } | undefined {
  const [created, nonce, keyid, tag] = ['created', 'nonce', 'keyid', 'tag'].map((name) => raw.covered[1].get(name));
  const alg = raw.covered[1].get('alg');
  if (typeof created !== 'number' || !Number.isInteger(created) || created < 0 || created > 1e11) return undefined;
  if (typeof nonce !== 'string' || nonce.length < 16 || nonce.length > 128) return undefined;
  if (typeof keyid !== 'string' || tag !== TAG || (alg !== undefined && alg !== 'ed25519')) return undefined;
  return { kiosk: keyid, nonce, created: created * 1000 };
}

function digestFits(request: SignedParts): boolean {
  const header = request.headers['content-digest'];
  if (header === undefined) return !hasBody(request);
  try {
    const said = parseDictionary(header).get('sha-256')?.[0];
    if (!(said instanceof ArrayBuffer)) return false;
    const real = createHash('sha256')
      .update(request.body ?? new Uint8Array())
      .digest();
    return said.byteLength === real.length && timingSafeEqual(new Uint8Array(said), real);
  } catch {
    return false;
  }
}
