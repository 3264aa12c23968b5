import { randomBytes } from 'node:crypto';
import { request } from 'node:https';
import { pinOf } from '../till/certificate.ts';
import { agree, makeShare } from '../till/pake.ts';

export type Send = (
  method: string,
  path: string,
  body?: unknown,
  key?: string,
) => Promise<{
  readonly status: number;
  readonly json: Record<string, never>;
  readonly text: string;
  readonly pin: string;
}>;

/** A till's requests over TLS: any certificate is taken, and its pin told. */
export function tillOver(port: number): Send {
  return (method, path, body, key) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
      const outgoing = request({
        port,
        host: '127.0.0.1',
        method,
        path,
        headers,
        rejectUnauthorized: false,
        agent: false,
      });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        const pin = pinOf((response.socket as import('node:tls').TLSSocket).getPeerX509Certificate()!.raw);
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = response.headers['content-type']?.includes('json');
          resolve({ status: response.statusCode!, json: isJson ? JSON.parse(text) : {}, text, pin });
        });
      });
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

/** Pairs as a till does. `code` is read from the screen once the kiosk shows it. @returns the key, or why not. */
export async function pairTill(
  send: Send,
  till: string,
  code: () => string,
): Promise<{ readonly key: string; readonly id: string } | { readonly code: string }> {
  const offer = await send('POST', '/v1/pairings', { till });
  if (offer.status !== 201) return { code: offer.json.code! };
  const { pairing, share } = offer.json as unknown as { pairing: string; share: string };
  const context = { pairing, till, fingerprint: offer.pin };
  const own = await makeShare(code(), context, randomBytes(32));
  const agreed = (await agree(own, share, 'till', context))!;
  const path = `/v1/pairings/${pairing}/confirm`;
  const answer = await send('POST', path, { share: own.share, proof: agreed.tillProof });
  if (answer.status !== 200) return { code: answer.json.code! };
  if (answer.json.proof !== agreed.kioskProof) return { code: 'kiosk-not-proven' };
  return { key: agreed.key, id: answer.json.till! };
}
