import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { TillEvent } from '../contract.ts';

type Source = {
  events(id: string, after: number): readonly TillEvent[];
  listen(id: string, listener: (event: TillEvent) => void): () => void;
};

/** Milliseconds; keeps proxies and dead connections from going unnoticed. */
const HEARTBEAT_MS = 10_000;

/**
 * The events of one verification from `after` on, as they come, until its outcome. Each carries its id, so that a
 * till that lost the connection goes on with `Last-Event-ID` and misses nothing.
 */
export function streamEvents(context: Context, source: Source, id: string, after: number): Response {
  return streamSSE(context, async (stream) => {
    const closed = new AbortController();
    stream.onAbort(() => closed.abort());
    let wake = () => {};
    const unlisten = source.listen(id, () => wake());
    const beat = setInterval(() => void stream.write(': still here\n\n').catch(() => closed.abort()), HEARTBEAT_MS);
    try {
      let last = after;
      while (!closed.signal.aborted) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
          closed.signal.addEventListener('abort', () => resolve(), { once: true });
        });
        for (const event of source.events(id, last)) {
          await stream.writeSSE({ id: String(event.id), event: event.event, data: JSON.stringify(event.data) });
          last = event.id;
          if (event.event === 'outcome') return;
        }
        await woken;
      }
    } finally {
      clearInterval(beat);
      unlisten();
    }
  });
}
