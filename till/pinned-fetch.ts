/**
 * `fetch` for Node that believes one certificate only: the one whose public key was seen while the till was paired.
 * Plain `fetch` cannot: the kiosk's certificate is signed by nobody.
 */
import { createHash } from 'node:crypto';
import { Agent, type RequestOptions, request } from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';

/** Nobody waits longer for a handshake, milliseconds. */
const HANDSHAKE_MS = 8000;

/** @param pin base64url SHA-256 of the kiosk's public key (SPKI). */
export function createPinnedFetch(pin: string): typeof fetch {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  // Nothing is written before the certificate was looked at: a stranger does not even get the till's key.
  Object.assign(agent, {
    createConnection: ({ host, port }: RequestOptions, done: (error: Error | null, socket?: TLSSocket) => void) => {
      handshake(String(host), Number(port)).then(
        ({ socket, pin: shown }) => {
          if (shown === pin) return done(null, socket);
          socket.destroy();
          done(
            Object.assign(new Error('another certificate than the one of the pairing'), { code: 'certificate-wrong' }),
          );
        },
        (error: Error) => done(error),
      );
    },
  });
  return (input, init) => send(agent, new URL(String(input)), init ?? {});
}

/** The pin of whoever answers there: for pairing, which proves it. */
export async function seePin(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const { socket, pin } = await handshake(hostname.replace(/^\[(.*)\]$/, '$1'), Number(port || 443));
  socket.destroy();
  return pin;
}

function handshake(host: string, port: number): Promise<{ readonly socket: TLSSocket; readonly pin: string }> {
  return new Promise((resolve, reject) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, rejectUnauthorized: false, ...name });
    const timer = setTimeout(() => socket.destroy(new Error('no handshake in time')), HANDSHAKE_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      const shown = socket.getPeerX509Certificate();
      if (!shown) return reject(new Error('no certificate'));
      const spki = shown.publicKey.export({ type: 'spki', format: 'der' });
      resolve({ socket, pin: createHash('sha256').update(spki).digest('base64url') });
    });
  });
}

function send(agent: Agent, url: URL, init: RequestInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    const body = init.body === undefined || init.body === null ? undefined : String(init.body);
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const signal = init.signal ? { signal: init.signal } : {};
    const outgoing = request(url, {
      agent,
      method: init.method ?? 'GET',
      headers: { ...headers, ...length },
      ...signal,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      const status = answer.statusCode ?? 502;
      const isEmpty = status === 204 || status === 304;
      const stream = isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
      if (isEmpty) answer.resume();
      const pairs = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]);
      resolve(new Response(stream, { status, headers: pairs }));
    });
    outgoing.end(body);
  });
}
