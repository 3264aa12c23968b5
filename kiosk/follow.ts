import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type Verification, verificationSchema } from '../server/contract/schemas.ts';
import type { Backend } from './backend.ts';
import { pause } from './clock.ts';

/** Milliseconds between two looks while the stream is down. */
const POLL_MS = 500;

export const isFinal = (verification: Verification): boolean => verification.result !== undefined;

/**
 * Every state of a verification that the backend tells, until it is final or `signal` aborts. A stream that drops or
 * is refused costs nothing: the state is asked for, and the stream opened again.
 */
export async function* follow(
  backend: Pick<Backend, 'events' | 'find'>,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Verification, void> {
  while (!signal.aborted) {
    for await (const verification of streamOnce(backend, id, signal)) {
      yield verification;
      if (isFinal(verification)) return;
    }
    const found = signal.aborted ? undefined : await backend.find(id);
    if (found?.ok) {
      yield found.value;
      if (isFinal(found.value)) return;
    }
    await pause(POLL_MS, signal);
  }
}

/** What one stream says until it ends for whatever reason. */
async function* streamOnce(
  backend: Pick<Backend, 'events'>,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Verification, void> {
  const opened = await backend.events(id, signal);
  if (!opened.ok) return;
  const text = opened.value.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>);
  const reader = text.pipeThrough(new EventSourceParserStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const verification = value.event === 'state' ? readState(value.data) : undefined;
      if (verification) yield verification;
    }
  } catch {
    // The connection broke: the caller asks for the state instead.
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function readState(data: string): Verification | undefined {
  try {
    return verificationSchema.parse(JSON.parse(data));
  } catch {
    return undefined;
  }
}
