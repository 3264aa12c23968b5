import { createHash } from 'node:crypto';

/**
 * The gateway's signature: sha256hex(timestamp + token + nonce + timestamp). It does not cover the body: the gateway
 * leaves that to TLS, and to the SM envelope of encrypted transactions.
 */
export function signGateway(timestamp: string, token: string, nonce: string): string {
  return createHash('sha256')
    .update(timestamp + token + nonce + timestamp)
    .digest('hex');
}

/** @param now milliseconds since 1970; the header counts seconds. */
export function gatewayHeaders(
  access: { readonly paasid: string; readonly token: string },
  now: number,
  nonce: string,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  return {
    'x-tif-paasid': access.paasid,
    'x-tif-timestamp': timestamp,
    'x-tif-nonce': nonce,
    'x-tif-signature': signGateway(timestamp, access.token, nonce),
  };
}
