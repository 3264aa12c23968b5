import { createHash, createHmac } from 'node:crypto';

export type Tc3Credentials = { readonly secretId: string; readonly secretKey: string };

export type Tc3Request = {
  readonly url: string;
  readonly service: string;
  readonly action: string;
  readonly version: string;
  readonly region?: string;
  /** Exactly the bytes that are sent. */
  readonly body: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
};

const ALGORITHM = 'TC3-HMAC-SHA256';
const CONTENT_TYPE = 'application/json; charset=utf-8';
const SIGNED = 'content-type;host;x-tc-action';

/**
 * The headers of a Tencent Cloud API 3.0 call, signature version 3. `host` is not among them: fetch sets it,
 * to the same value that is signed here.
 */
export function signTc3(request: Tc3Request, credentials: Tc3Credentials): Record<string, string> {
  const date = new Date(request.timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${request.service}/tc3_request`;
  const text = [ALGORITHM, request.timestamp, scope, sha256(canonicalRequest(request))].join('\n');
  const key = [date, request.service, 'tc3_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `TC3${credentials.secretKey}`,
  );
  const signature = createHmac('sha256', key).update(text).digest('hex');
  return {
    'content-type': CONTENT_TYPE,
    authorization: `${ALGORITHM} Credential=${credentials.secretId}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`,
    'x-tc-action': request.action,
    'x-tc-version': request.version,
    'x-tc-timestamp': String(request.timestamp),
    ...(request.region === undefined ? {} : { 'x-tc-region': request.region }),
  };
}

export function canonicalRequest(request: Tc3Request): string {
  const { host, pathname, search } = new URL(request.url);
  const headers = `content-type:${CONTENT_TYPE}\nhost:${host}\nx-tc-action:${request.action.toLowerCase()}\n`;
  return ['POST', pathname, search.slice(1), headers, SIGNED, sha256(request.body)].join('\n');
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
