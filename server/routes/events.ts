import type { Context } from 'hono';
import type { Verification } from '../contract/index.ts';
import type { EventRow } from '../db/tables.ts';
import { problemResponse } from '../http/problem.ts';
import { createSeats } from '../http/seats.ts';
import type { SignedEnv } from '../http/signed.ts';
import { refuse } from '../refusal.ts';
import type { Bus } from '../verification/bus.ts';
import type { ServiceDeps } from '../verification/deps.ts';
import { findVerification } from '../verification/find.ts';
import { hasEnded } from '../verification/machine.ts';

export type EventDeps = ServiceDeps & {
  readonly bus: Bus;
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
  /** Told of what ends a stream early: whoever follows it comes back. */
  readonly fault: (error: unknown) => void;
  /** Counts a stream. @returns to be called when it ends. */
  readonly streamOpened: () => () => void;
};

/** A comment at least so often, so that both ends notice a dead line. */
const HEARTBEAT_MS = 10_000;
const RECONNECT_MS = 500;
/** When to come back after the backend stopped: another process, or the next one, serves by then. */
const RESTART_MS = 1500;
/** Open streams of one kiosk. It needs one; those of lines that broke are noticed late. */
const STREAMS = 16;
const OVER = { done: true, value: undefined } as const;

/** GET /v1/verifications/:id/events: every state from the first (or after Last-Event-ID) to the last. */
export const streamEvents = (deps: EventDeps) => {
  const seats = createSeats(STREAMS);
  return async (context: Context<SignedEnv>) => {
    const kiosk = context.var.kiosk.id;
    const found = await findVerification(deps, kiosk, context.req.param('id') ?? '');
    if (!found.ok) return problemResponse(found);
    const stand = seats.take(kiosk);
    if (!stand) return problemResponse(refuse('streams-limited', `at most ${STREAMS} for a kiosk`));
    const closed = deps.streamOpened();
    const leave = () => {
      stand();
      closed();
    };
    return openStream(deps, context, found.row.id, leave);
  };
};

function openStream(deps: EventDeps, context: Context<SignedEnv>, id: string, leave: () => void): Response {
  const after = Number(context.req.header('last-event-id') ?? 0);
  const gone = new AbortController();
  const signal = AbortSignal.any([deps.stopping, context.req.raw.signal, gone.signal]);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  const frames = follow(deps, id, Number.isSafeInteger(after) && after > 0 ? after : 0, signal);
  const body = new ReadableStream<Uint8Array>({
    pull: async (stream) => {
      const { done, value } = await frames.next().catch((error: unknown) => {
        deps.fault(error);
        return OVER;
      });
      if (!done) return stream.enqueue(value);
      leave();
      stream.close();
    },
    cancel: () => gone.abort(),
  });
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  return new Response(body, { headers });
}

async function* follow(
  deps: EventDeps,
  id: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const text = new TextEncoder();
  // Watched before the first read: a change in between is not missed.
  const watch = deps.bus.watch(id);
  signal.addEventListener('abort', watch.close, { once: true });
  try {
    yield text.encode(`retry: ${RECONNECT_MS}\n\n`);
    let last = after;
    while (!signal.aborted) {
      const events = await deps.store.verifications.eventsAfter(id, last);
      for (const event of events) {
        yield text.encode(frameOf(event));
        last = event.revision;
      }
      if (await isOver(deps, id, last, events.at(-1))) return;
      if (signal.aborted) return;
      if ((await watch.next(HEARTBEAT_MS)) === 'silent') yield text.encode(': still here\n\n');
    }
    if (deps.stopping.aborted) yield text.encode(`retry: ${RESTART_MS}\n: the backend stops; come back\n\n`);
  } finally {
    signal.removeEventListener('abort', watch.close);
    watch.close();
  }
}

const frameOf = ({ revision, data }: EventRow): string => `id: ${revision}\nevent: state\ndata: ${data}\n\n`;

/** By the event just sent; without one, a stream that resumes after the end must not wait for ever. */
async function isOver(deps: EventDeps, id: string, last: number, event: EventRow | undefined): Promise<boolean> {
  if (event) return hasEnded((JSON.parse(event.data) as Verification).state);
  const row = await deps.store.verifications.find(id);
  return !row || (hasEnded(row.state as Verification['state']) && row.revision <= last);
}
