import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Line, Opened, Port } from '../../hardware/port.ts';
import { pause } from '../clock.ts';
import { refusal } from '../problems.ts';
import { readSerialLine, type SerialId, type SerialRequest, writeSerialLine } from './serial-lines.ts';

/** What a request over a wire is known by inside: there is no certificate to see. */
export const OVER_SERIAL = { serial: true } as const;

export type SerialDeps = {
  readonly open: () => Promise<Opened>;
  /** The very interface that tills have over HTTP. */
  readonly request: (path: string, init: RequestInit, env: typeof OVER_SERIAL) => Response | Promise<Response>;
  /** Milliseconds until a port that is not there, or was pulled out, is tried again. */
  readonly retryMs: number;
  readonly note: (event: string, fields: Readonly<Record<string, unknown>>) => void;
};

/** Requests of one till at a time; streams of events are among them. */
const AT_ONCE = 8;

/** Answers a till on a serial line until `close`: the same messages as over HTTP, a JSON object a line. */
export function serveSerial(deps: SerialDeps): { close(): Promise<void> } {
  const away = new AbortController();
  const done = (async () => {
    let told: string | undefined;
    while (!away.signal.aborted) {
      const opened = await deps.open();
      const state = opened.ok ? 'open' : opened.reason;
      if (state !== told) deps.note('serial line', { state });
      told = state;
      if (opened.ok) await serve(deps, opened.port, away.signal);
      await pause(deps.retryMs, away.signal);
    }
  })();
  return {
    async close(): Promise<void> {
      away.abort();
      await done;
    },
  };
}

async function serve(deps: SerialDeps, port: Port, away: AbortSignal): Promise<void> {
  const running = new Map<SerialId, AbortController>();
  const stop = () => void port.close();
  away.addEventListener('abort', stop, { once: true });
  if (away.aborted) stop();
  const say = (value: object) => port.write(writeSerialLine(value));
  for await (const line of port.lines) take(deps, line, running, say);
  away.removeEventListener('abort', stop);
  // The till is gone: so are its streams. What it asked goes on, and is found by its key.
  for (const one of running.values()) one.abort();
  await port.close();
}

type Say = (value: object) => Promise<boolean>;

function take(deps: SerialDeps, line: Line, running: Map<SerialId, AbortController>, say: Say): void {
  if (line.kind !== 'line') {
    const code = line.kind === 'too-long' ? 'body-too-large' : 'json-malformed';
    return void answer(say, null, refusal(code));
  }
  if (line.text.trim() === '') return;
  const read = readSerialLine(line.text);
  if (read.kind === 'wrong') return void answer(say, read.id, read.problem);
  if (read.kind === 'cancel') return void running.get(read.id)?.abort();
  const { id } = read.request;
  if (running.has(id) || running.size >= AT_ONCE) return void answer(say, id, refusal('serial-limited'));
  const stop = new AbortController();
  running.set(id, stop);
  handle(deps, read.request, say, stop.signal)
    .catch(() => answer(say, id, refusal('kiosk-fault')))
    .finally(() => running.delete(id));
}

const answer = (say: Say, id: SerialId | null, body: { readonly status: number }): Promise<boolean> =>
  say({ id, status: body.status, body });

async function handle(deps: SerialDeps, request: SerialRequest, say: Say, signal: AbortSignal): Promise<void> {
  const { id, method, path, headers, body } = request;
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const init = { method, headers: { ...headers, ...type }, signal } as RequestInit;
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await deps.request(`http://localhost${path}`, { ...init, ...text }, OVER_SERIAL);
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return stream(id, response, say, signal);
  await say({ id, status: response.status, ...headersOf(response), ...(await bodyOf(response)) });
}

/** Each event as a line of its own, then one that says that there are no more. */
async function stream(id: SerialId, response: Response, say: Say, signal: AbortSignal): Promise<void> {
  await say({ id, status: response.status, stream: true });
  const text = response.body!.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>);
  const reader = text.pipeThrough(new EventSourceParserStream()).getReader();
  const end = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const event = { id: Number(value.id), event: value.event, data: JSON.parse(value.data) as unknown };
    if (!(await say({ id, event }))) break;
  }
  signal.removeEventListener('abort', end);
  await reader.cancel().catch(() => undefined);
  await say({ id, end: true });
}

function headersOf({ headers }: Response): object {
  const named = ['location', 'retry-after'].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return named.length === 0 ? {} : { headers: Object.fromEntries(named) };
}

/** Pages have no place on a wire. */
async function bodyOf(response: Response): Promise<object> {
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
  if (isJson) return { body: await response.json() };
  await response.body?.cancel();
  return {};
}
