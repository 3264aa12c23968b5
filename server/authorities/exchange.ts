import type { Post } from './line/https-post.ts';
import { parseStrict } from './line/strict-json.ts';

export type Outgoing = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Limits = {
  /** The asker's: ends the question as `aborted`. */
  readonly signal: AbortSignal;
  /** Ours: ends it as `timeout`. */
  readonly timeout: AbortSignal;
  /** Whether an answer that is marked as a sandbox's counts; else it is `is-a-sandbox`. */
  readonly sandbox: boolean;
};

/**
 * `fault` is a part of the answer's code: `timeout`, `http-500`, `malformed`. `unsent`: the request has surely not
 * reached anybody; without it, it may have.
 */
export type Fault = { readonly fault: string; readonly unsent?: true };
export type Reply = { readonly json: unknown } | Fault;

/** An authority's answer is under 10 KiB; a megabyte is somebody filling our memory. */
export const MAX_ANSWER_BYTES = 1024 * 1024;
export const SANDBOX_HEADER = 'x-sandbox';

/** Posts JSON, gets JSON, within the limits of time and size. Never rejects. */
export async function exchange(post: Post, outgoing: Outgoing, limits: Limits): Promise<Reply> {
  if (limits.signal.aborted) return { fault: 'aborted', unsent: true };
  if (limits.timeout.aborted) return { fault: 'timeout', unsent: true };
  const signal = AbortSignal.any([limits.signal, limits.timeout]);
  try {
    // A redirect could carry the person's data to another host.
    const init = {
      method: 'POST',
      headers: outgoing.headers,
      body: outgoing.body,
      redirect: 'manual',
      signal,
    } as const;
    const response = await post(outgoing.url, init);
    const refused = refuse(response, limits.sandbox);
    if (refused) {
      await response.body?.cancel();
      return { fault: refused };
    }
    const text = await readText(response);
    // An abort can end a body early without an error; a cut answer must not be read as a whole one.
    signal.throwIfAborted();
    return text === undefined ? { fault: 'oversized' } : parseStrict(text);
  } catch (error) {
    if (limits.signal.aborted) return { fault: 'aborted' };
    return limits.timeout.aborted ? { fault: 'timeout' } : networkFault(error);
  }
}

function refuse(response: Response, sandbox: boolean): string | undefined {
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) return 'redirect';
  if (response.headers.has(SANDBOX_HEADER) && !sandbox) return 'is-a-sandbox';
  if (response.status !== 200) return `http-${response.status}`;
  const type = response.headers.get('content-type') ?? '';
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type) ? undefined : 'content-type';
}

/** The decoded body; undefined when it is larger than an answer may be. Counts what was unpacked, not what was sent. */
async function readText(response: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return '';
  // Leaving the loop early cancels the body, and with it the connection.
  for await (const part of response.body as ReadableStream<Uint8Array>) {
    size += part.byteLength;
    if (size > MAX_ANSWER_BYTES) return undefined;
    parts.push(part);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
}

const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused-connection',
  ECONNRESET: 'lost-connection',
  EPIPE: 'lost-connection',
  UND_ERR_SOCKET: 'lost-connection',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'lost-connection',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'malformed',
  ENCODING_UNASKED: 'content-encoding',
};

/** Only of these is it sure that no connection stood. An unreachable host may be a line that broke afterwards. */
const UNSENT: readonly string[] = ['refused-connection', 'unknown-host'];

/** fetch wraps what happened in a TypeError: the code is in a cause, or in the first of several (IPv6, then IPv4). */
function networkFault(error: unknown, depth = 0): Fault {
  if (!(error instanceof Error) || depth > 4) return { fault: 'network' };
  const code = (error as NodeJS.ErrnoException).code;
  const fault = code === undefined ? undefined : FAULTS[code];
  if (fault !== undefined) return UNSENT.includes(fault) ? { fault, unsent: true } : { fault };
  if (code !== undefined && /CERT|TLS|SSL|SIGNATURE/.test(code)) return { fault: 'tls' };
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? { fault: 'network' } : networkFault(inner, depth + 1);
}
