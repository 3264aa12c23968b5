import type { Answer, News, Problem, TillOptions } from './contract.ts';
import { limited, pause } from './wait.ts';

/** One request, milliseconds. */
export const REQUEST_MS = 10_000;
/** The kiosk is heard of every 10 s. */
const SILENCE_MS = 25_000;
export const FIRST_PAUSE_MS = 150;
export const LONGEST_PAUSE_MS = 3000;

export type More = {
  readonly body?: unknown;
  readonly key?: string;
  readonly limitMs?: number;
  readonly requestMs?: number;
  /** By `performance.now()`. */
  readonly late?: number;
  readonly signal?: AbortSignal | undefined;
};

export const no = (code: string, detail?: string): { readonly ok: false; readonly problem: Problem } => ({
  ok: false,
  problem: { code, status: 0, ...(detail !== undefined && { detail }) },
});

/** What asking again may mend. The same key, or the same round, makes it safe. */
export const isPassing = ({ code, status }: Problem): boolean =>
  code === 'kiosk-unreachable' ||
  code === 'backend-unreachable' ||
  code === 'kiosk-stopping' ||
  status === 500 ||
  status === 502 ||
  status === 504 ||
  code === 'serial-limited';

/** Asks until there is an answer that stays, or the limit is reached. */
export async function persist<T>(
  options: TillOptions,
  method: string,
  path: string,
  more: More & { readonly limitMs: number },
): Promise<Answer<T>> {
  const late = performance.now() + more.limitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const answer = await once<T>(options, method, path, { ...more, late });
    if (answer.ok || !isPassing(answer.problem)) return answer;
    if (more.signal?.aborted) return no('aborted');
    const wait = pauseMs * (0.5 + Math.random());
    if (performance.now() + wait >= late) return answer;
    await pause(wait, more.signal);
  }
}

export async function once<T>(options: TillOptions, method: string, path: string, more: More): Promise<Answer<T>> {
  const ms = Math.min(
    more.requestMs ?? options.requestMs ?? REQUEST_MS,
    (more.late ?? Number.POSITIVE_INFINITY) - performance.now(),
  );
  const limit = limited(Math.max(1, ms), more.signal);
  const headers = {
    ...headersOf(options, 'application/json'),
    ...(more.key && { 'idempotency-key': more.key }),
    ...(more.body !== undefined && { 'content-type': 'application/json' }),
  };
  const body = more.body === undefined ? {} : { body: JSON.stringify(more.body) };
  try {
    const asked = (options.fetch ?? fetch)(new URL(path, options.url), {
      method,
      headers,
      ...body,
      signal: limit.signal,
      redirect: 'error',
    });
    return await limit.race(asked.then((response) => read<T>(response)));
  } catch (error) {
    return more.signal?.aborted ? no('aborted') : faultOf(error);
  } finally {
    limit.end();
  }
}

const headersOf = ({ key, language }: TillOptions, accept: string) => ({
  accept,
  ...(language && { 'accept-language': language }),
  ...(key && { authorization: `Bearer ${key}` }),
});

async function read<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return no('kiosk-unreachable', `an answer (${response.status}) that is no JSON`);
  }
  if (response.ok) return { ok: true, value: json as T };
  const problem = json as Partial<Problem>;
  if (typeof problem?.code !== 'string') return no('kiosk-unreachable', `${response.status} without a code`);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const later = Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {};
  return { ok: false, problem: { ...problem, code: problem.code, status: response.status, ...later } };
}

function faultOf(error: unknown): Answer<never> {
  const { code, cause, name } = error as { code?: unknown; cause?: { code?: unknown }; name?: string };
  const why = String(cause?.code ?? code ?? name);
  return no(why === 'certificate-wrong' ? why : 'kiosk-unreachable', why);
}

type SseNews = Extract<News, { readonly id: number }>;

/** One stream of events from `after` on, until it ends for whatever reason. */
export async function* stream(
  options: TillOptions,
  path: string,
  after: number,
  late: number,
  signal?: AbortSignal,
): AsyncGenerator<SseNews, void> {
  const limit = limited(Math.max(1, late - performance.now()), signal);
  const headers = { ...headersOf(options, 'text/event-stream'), 'last-event-id': String(after) };
  try {
    const asked = (options.fetch ?? fetch)(new URL(path, options.url), {
      headers,
      signal: limit.signal,
      redirect: 'error',
    });
    const response = await limit.race(asked, SILENCE_MS);
    if (!response.ok || !response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
      return;
    const [reader, text] = [response.body.getReader(), new TextDecoder()];
    for (let left = ''; ; ) {
      const { done, value } = await limit.race(reader.read(), SILENCE_MS);
      if (done) return;
      const blocks = (left + text.decode(value, { stream: true })).split('\n\n');
      left = blocks.pop()!;
      for (const news of blocks.map(readEvent)) if (news && news.id > after) yield news;
    }
  } catch {
    // The line broke: whoever follows asks for the state, and goes on after the last event.
  } finally {
    limit.end();
  }
}

function readEvent(block: string): SseNews | undefined {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const [id, event, data] = [field('id'), field('event'), field('data')];
  return id && event && data ? ({ id: Number(id), event, data: JSON.parse(data) } as SseNews) : undefined;
}
