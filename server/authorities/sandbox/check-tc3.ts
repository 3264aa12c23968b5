import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signature v3 from the verifier's side, written apart from the signer on purpose: what both got wrong in the same way
 * would not show. Header names and values are those that arrived.
 */
export type SignedRequest = {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

const FORM =
  /^TC3-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{4}-\d{2}-\d{2})\/([a-z0-9]+)\/tc3_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
/** Calls more than five minutes away from the server's clock are refused. */
const CLOCK_SKEW_S = 300;

/** @param now milliseconds. @returns the provider's error code, or undefined when the signature holds. */
export function checkTc3(
  request: SignedRequest,
  credentials: { readonly secretId: string; readonly secretKey: string },
  now: number,
): string | undefined {
  const form = FORM.exec(request.headers.get('authorization') ?? '');
  if (form === null) return 'AuthFailure.InvalidAuthorization';
  const [, secretId, date, service, names, signature] = form as unknown as readonly string[];
  const timestamp = request.headers.get('x-tc-timestamp') ?? '';
  if (!/^\d{10}$/.test(timestamp)) return 'MissingParameter';
  if (Math.abs(Number(timestamp) - now / 1000) > CLOCK_SKEW_S) return 'AuthFailure.SignatureExpire';
  if (new Date(Number(timestamp) * 1000).toISOString().slice(0, 10) !== date) return 'AuthFailure.SignatureFailure';
  if (secretId !== credentials.secretId) return 'AuthFailure.SecretIdNotFound';
  const signed = names.split(';');
  if (!signed.includes('content-type') || !signed.includes('host')) return 'AuthFailure.SignatureFailure';
  let canonical = `${request.method}\n${request.path}\n${request.query}\n`;
  for (const name of signed) canonical += `${name}:${(request.headers.get(name) ?? '').trim().toLowerCase()}\n`;
  canonical += `\n${names}\n${hash(request.body)}`;
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${hash(canonical)}`;
  const dateKey = hmac(`TC3${credentials.secretKey}`, date);
  const expected = hmac(hmac(hmac(dateKey, service), 'tc3_request'), text);
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? undefined : 'AuthFailure.SignatureFailure';
}

const hash = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
