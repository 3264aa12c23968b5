import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ScreenState } from '../contract.ts';
import type { Preview } from '../eyes/preview.ts';
import type { ScreenHub } from './hub.ts';

/** Milliseconds. */
const HEARTBEAT_MS = 10_000;

/** A page that lost the stream opens it again after this. */
const RECONNECT_MS = 500;

/**
 * Which page there is, then the state now and every later one; a page that falls behind gets the newest, never a queue.
 * @param page a word that changes when the page does.
 */
export function streamScreen(context: Context, hub: ScreenHub, page: string): Response {
  return streamSSE(context, async (stream) => {
    let newest: ScreenState | undefined = hub.now();
    let over = false;
    let wake = () => {};
    const unlisten = hub.listen((state) => {
      newest = state;
      wake();
    });
    stream.onAbort(() => {
      over = true;
      wake();
    });
    const beat = setInterval(() => void stream.write(': still here\n\n').catch(() => undefined), HEARTBEAT_MS);
    try {
      await stream.writeSSE({ event: 'page', data: JSON.stringify(page), retry: RECONNECT_MS });
      while (!over) {
        const state = newest;
        newest = undefined;
        if (state) await stream.writeSSE({ event: 'state', data: JSON.stringify(state) });
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      clearInterval(beat);
      unlisten();
    }
  });
}

const BOUNDARY = 'picture';

/** Motion JPEG. The next boundary goes out with each picture: browsers show a picture only once they have seen it. */
export function streamPreview(preview: Preview): Response {
  const closed = new AbortController();
  const pictures = preview.watch(closed.signal);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`--${BOUNDARY}\r\n`));
    },
    async pull(controller) {
      const { done, value } = await pictures.next();
      if (done) return controller.close();
      const head = `Content-Type: image/jpeg\r\nContent-Length: ${value.byteLength}\r\n\r\n`;
      controller.enqueue(Buffer.concat([encoder.encode(head), value, encoder.encode(`\r\n--${BOUNDARY}\r\n`)]));
    },
    cancel() {
      closed.abort();
    },
  });
  const type = `multipart/x-mixed-replace; boundary=${BOUNDARY}`;
  return new Response(body, { headers: { 'content-type': type, 'cache-control': 'no-store' } });
}
