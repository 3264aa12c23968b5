/** Server-sent events over fetch, as an async sequence. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Yields each event's name and JSON data until the stream ends or `signal` aborts. @throws Error when it cannot be opened. */
export async function* readEvents(
  url: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly event: string; readonly data: unknown }> {
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal });
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => arrived.push(message) });
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const { event = 'message', data } of arrived.splice(0)) yield { event, data: JSON.parse(data) };
  }
}
