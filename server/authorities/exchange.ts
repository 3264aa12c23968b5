/** What the adapters get from outside. */
export type AuthorityDeps = {
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** That many random bytes, fit for nonces. */
  readonly random: (bytes: number) => Uint8Array;
};

/** `sandbox`: whether an answer that is marked as a sandbox's counts; else it is `unavailable`. */
export type AdapterDeps = AuthorityDeps & { readonly sandbox: boolean };

export type Outgoing = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

/** `fault` is a part of the answer's code: `timeout`, `http-500`, `malformed`. */
export type Reply = { readonly json: unknown } | { readonly fault: string };

/** An authority's answer is under 10 KiB; a megabyte is somebody filling our memory. */
export const MAX_ANSWER_BYTES = 1024 * 1024;
export const SANDBOX_HEADER = 'x-sandbox';

/** Posts JSON, gets JSON, within the limits of time and size. Never rejects. */
export async function exchange(deps: AdapterDeps, outgoing: Outgoing): Promise<Reply> {
  const timeout = AbortSignal.timeout(outgoing.timeoutMs);
  const signal = AbortSignal.any([outgoing.signal, timeout]);
  try {
    if (signal.aborted) return { fault: 'aborted' };
    const response = await (deps.fetch ?? fetch)(outgoing.url, {
      method: 'POST',
      headers: outgoing.headers,
      body: outgoing.body,
      // A redirect could carry the person's data to another host.
      redirect: 'manual',
      signal,
    });
    const refused = refuse(response, deps.sandbox);
    if (refused) {
      await response.body?.cancel();
      return { fault: refused };
    }
    const text = await readText(response);
    // An abort can end a body early without an error; a cut answer must not be read as a whole one.
    signal.throwIfAborted();
    return text === undefined ? { fault: 'oversized' } : parse(text);
  } catch (error) {
    if (outgoing.signal.aborted) return { fault: 'aborted' };
    return { fault: timeout.aborted ? 'timeout' : networkFault(error) };
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

function parse(text: string): Reply {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { fault: 'malformed' };
  }
}

const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused-connection',
  ECONNRESET: 'lost-connection',
  EPIPE: 'lost-connection',
  UND_ERR_SOCKET: 'lost-connection',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'malformed',
};

/** fetch wraps what happened in a TypeError: the code is in a cause, or in the first of several (IPv6, then IPv4). */
function networkFault(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return 'network';
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined && FAULTS[code] !== undefined) return FAULTS[code];
  if (code !== undefined && /CERT|TLS|SSL|ALTNAME/.test(code)) return 'tls';
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? 'network' : networkFault(inner, depth + 1);
}
