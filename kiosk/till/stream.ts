import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { TillEvent, TillView } from '../contract.ts';
import { languageOf, sentenceOf } from './sentence.ts';

export type Source = {
  events(id: string, after: number): readonly TillEvent[];
  listen(id: string, listener: (event: TillEvent) => void): () => void;
};

/** Milliseconds; keeps proxies and dead connections from going unnoticed. */
const HEARTBEAT_MS = 10_000;

/**
 * The events of one verification from `after` on, as they come, until its outcome. Each carries its id, so that a
 * till that lost the connection goes on with `Last-Event-ID` and misses nothing.
 */
export async function* follow(
  source: Source,
  look: () => TillView | undefined,
  id: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<TillEvent, void> {
  let wake = () => {};
  const unlisten = source.listen(id, () => wake());
  const end = () => wake();
  signal.addEventListener('abort', end, { once: true });
  try {
    let last = after;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      // Looked at before the events are read: what comes after is told by the next turn.
      const ended = look()?.outcome !== undefined;
      for (const event of source.events(id, last)) {
        yield event;
        last = event.id;
      }
      // Not at the first outcome that comes by: it may be that of an earlier round.
      if (ended) return;
      if (!signal.aborted) await woken;
    }
  } finally {
    signal.removeEventListener('abort', end);
    unlisten();
  }
}

export type StreamDeps = Source & {
  look(): TillView | undefined;
  /** Aborts when the till may not listen any more. */
  hold(): { readonly signal: AbortSignal; release(): void };
};

/** As server-sent events. */
export function streamEvents(context: Context, deps: StreamDeps, id: string, after: number): Response {
  const held = deps.hold();
  const language = languageOf(context.req.header('accept-language'));
  return streamSSE(context, async (stream) => {
    const closed = new AbortController();
    stream.onAbort(() => closed.abort());
    const beat = setInterval(() => void stream.write(': still here\n\n').catch(() => closed.abort()), HEARTBEAT_MS);
    try {
      const signal = AbortSignal.any([closed.signal, held.signal]);
      for await (const event of follow(deps, deps.look, id, after, signal)) {
        const message = event.event === 'outcome' ? { message: sentenceOf(event.data, language) } : {};
        const data = JSON.stringify({ ...event.data, ...message });
        await stream.writeSSE({ id: String(event.id), event: event.event, data });
      }
    } finally {
      clearInterval(beat);
      held.release();
    }
  });
}
