import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { pinOf } from '../certificate.ts';
import { guardedLookup, hostOf, mayReach, type Reach } from './target.ts';

export type Delivery = {
  readonly url: string;
  /** Pin of the till's certificate, where it made its own: base64url SHA-256 of the public key. */
  readonly pin?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** `gone`: the till said that it does not want any more (410). `failure` is a code, never what was answered. */
export type Delivered =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly failure: string };

/** Sends one message: no redirect is followed, nothing of the answer is read but its status. Never rejects. */
export function send(delivery: Delivery, reach: Reach, timeoutMs: number): Promise<Delivered> {
  return new Promise((resolve) => {
    const fail = (failure: string) => resolve({ kind: 'failed', failure });
    const url = new URL(delivery.url);
    const host = hostOf(url);
    if (isIP(host) !== 0 && !mayReach(host, reach)) return fail('EACCES');
    const outgoing = open(url, delivery, reach, timeoutMs);
    outgoing.on('response', (response) => {
      response.destroy();
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return resolve({ kind: 'delivered' });
      return status === 410 ? resolve({ kind: 'gone' }) : fail(`status-${status}`);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.name));
    outgoing.end(delivery.body);
  });
}

function open(url: URL, { pin, headers, body }: Delivery, reach: Reach, timeoutMs: number): ClientRequest {
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    lookup: guardedLookup(reach),
    signal: AbortSignal.timeout(timeoutMs),
  } as const;
  if (url.protocol === 'http:') return httpRequest(url, { ...options, agent: false });
  if (pin === undefined) return httpsRequest(url, { ...options, agent: false });
  // Nothing is written before the certificate was looked at: a stranger does not even get the message.
  return httpsRequest(url, { ...options, createConnection: connectTo(url, pin, reach) as never });
}

function connectTo(url: URL, pin: string, reach: Reach) {
  return (_: unknown, done: (error: Error | null, socket?: TLSSocket) => void): undefined => {
    const host = hostOf(url);
    const name = isIP(host) === 0 ? { servername: host } : {};
    const lookup = guardedLookup(reach);
    const socket = connect({ host, port: Number(url.port || 443), rejectUnauthorized: false, lookup, ...name }, () => {
      const shown = socket.getPeerX509Certificate();
      if (shown && pinOf(shown.raw) === pin) return done(null, socket);
      socket.destroy();
      done(Object.assign(new Error('another certificate'), { code: 'PIN' }));
    });
    socket.once('error', (error) => done(error));
  };
}
