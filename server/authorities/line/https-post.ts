import type { IncomingMessage } from 'node:http';
import { type Agent, request } from 'node:https';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** The part of fetch that a line needs. */
export type Post = (url: string, init: PostInit) => Promise<Response>;
export type PostInit = {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
};

/**
 * Posts with our certificate. Node's fetch takes a client certificate only through a package of its own; node:https
 * follows no redirect and unpacks no answer, which is as wanted.
 */
export function httpsPost(agent: Agent): Post {
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const length = String(Buffer.byteLength(body));
      const sent = { ...headers, 'content-length': length, 'accept-encoding': 'identity' };
      const outgoing = request(url, { method, headers: sent, agent, signal }, (incoming) => {
        const answer = toResponse(incoming);
        if (answer !== undefined) return resolve(answer);
        incoming.destroy();
        reject(Object.assign(new Error('an encoding that nobody asked for'), { code: 'ENCODING_UNASKED' }));
      });
      // Not once: a line may break again after it was given up.
      outgoing.on('error', reject);
      outgoing.end(body);
    });
}

/** Undefined when the body is packed. */
function toResponse(incoming: IncomingMessage): Response | undefined {
  if ((incoming.headers['content-encoding'] ?? 'identity') !== 'identity') return undefined;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  const status = incoming.statusCode ?? 0;
  // Only 200 is read further; a Response takes no body with some of the other statuses.
  if (status !== 200) {
    incoming.destroy();
    return new Response(null, { status: status >= 200 && status <= 599 ? status : 502, headers });
  }
  return new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array> as unknown as BodyInit, {
    status,
    headers,
  });
}
