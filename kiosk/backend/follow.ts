import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type Verification, verificationSchema } from '../../server/contract/schemas.ts';
import { pause } from '../clock.ts';
import type { Backend } from './client.ts';

/** Milliseconds between two looks while the stream is down. */
const POLL_MS = 500;

export const isFinal = (verification: Verification): boolean => verification.result !== undefined;

/** One round of a verification: a retry is another. */
export type Round = Pick<Verification, 'id' | 'round'>;

/**
 * Every state of a round that the backend tells, until it is final or `signal` aborts. A stream that drops or is
 * refused costs nothing: the state is asked for, and the stream opened again. It begins with the rounds before this
 * one, whose end is not this one's.
 */
export async function* follow(
  backend: Pick<Backend, 'events' | 'find'>,
  { id, round }: Round,
  signal: AbortSignal,
): AsyncGenerator<Verification, void> {
  while (!signal.aborted) {
    for await (const verification of streamOnce(backend, id, signal)) {
      if (verification.round < round) continue;
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
