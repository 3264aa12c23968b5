import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Heard, Notices } from './engine.ts';
import { asFault } from './faults.ts';

const CHANNEL = 'verification_changed';
/** Stands for "any": no id is empty. */
const ANY = '';
/** More than this untold is told as "any". */
const MOST_UNTOLD = 10_000;
/** Between two looks whether the connection is still there, and before another try, milliseconds. */
const CHECK_MS = 10_000;
const RETRY_MS = { first: 100, most: 2000 } as const;

/** Nobody waits longer for a connection that does not answer, milliseconds. */
const CLOSING_MS = 1000;

/**
 * LISTEN and NOTIFY on a connection of their own. They are told after the commit, not in the transaction: PostgreSQL
 * puts commits that notify in one line, each waiting for the disk of the one before. A process that dies between its
 * commit and its notice leaves the others to notice at their heartbeat.
 *
 * The connection is made again whenever it is lost; then everybody is told that anything may have changed.
 */
export function openNotices(connect: () => pg.Client, heard: Heard, report: (fault: unknown) => void): Notices {
  const untold = new Set<string>();
  let telling = Promise.resolve();
  const line = keepListening({ connect, heard, report, connected: () => tellAll() });
  const tellSome = async () => {
    for (let client = line.client(); client && untold.size > 0; client = line.client()) {
      const ids = untold.size > MOST_UNTOLD ? [ANY] : [...untold];
      untold.clear();
      try {
        await client.query('select pg_notify($1, id) from unnest($2::text[]) as id', [CHANNEL, ids]);
      } catch (error) {
        for (const id of ids) untold.add(id);
        line.lose(client, error);
      }
    }
  };
  const tellAll = () => {
    telling = telling.then(tellSome);
  };
  return {
    tell: (id) => {
      if (untold.size <= MOST_UNTOLD) untold.add(id);
      tellAll();
    },
    close: async () => {
      await atMost(CLOSING_MS, telling);
      await line.close();
    },
  };
}

type Listening = {
  readonly connect: () => pg.Client;
  readonly heard: Heard;
  readonly report: (fault: unknown) => void;
  readonly connected: () => void;
};

type Line = {
  /** Undefined while there is none. */
  client(): pg.Client | undefined;
  lose(client: pg.Client, why: unknown): void;
  close(): Promise<void>;
};

/** A connection that listens, made again whenever it is lost. */
function keepListening({ connect, heard, report, connected }: Listening): Line {
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const later = (waitMs: number, work: () => void) => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(work, waitMs);
  };
  const lose: Line['lose'] = (lost, why) => {
    if (client !== lost) return;
    client = undefined;
    lost.end().catch(() => undefined);
    if (!closed) report(asFault(why));
    later(RETRY_MS.first, () => void open(RETRY_MS.first));
  };
  const open = async (waitedMs: number): Promise<void> => {
    const fresh = connect();
    try {
      await listen(fresh, heard, (why) => lose(fresh, why));
    } catch {
      fresh.end().catch(() => undefined);
      const waitMs = Math.min(RETRY_MS.most, waitedMs * 2);
      return later(waitMs, () => void open(waitMs));
    }
    if (closed) return void fresh.end().catch(() => undefined);
    client = fresh;
    later(CHECK_MS, () => check(fresh));
    heard(undefined);
    connected();
  };
  /** A network that swallows everything breaks no connection; only a question shows it. */
  const check = (current: pg.Client) => {
    const again = () => client === current && later(CHECK_MS, () => check(current));
    current.query('select 1').then(again, (error: unknown) => lose(current, error));
  };
  const opening = open(RETRY_MS.first / 2);
  const close = async () => {
    closed = true;
    clearTimeout(timer);
    await atMost(CLOSING_MS, opening);
    const last = client;
    client = undefined;
    if (last) await atMost(CLOSING_MS, last.end());
  };
  return { client: () => client, lose, close };
}

async function listen(client: pg.Client, heard: Heard, broke: (why: unknown) => void): Promise<void> {
  client.on('error', broke).on('end', () => broke(new Error('Connection terminated')));
  client.on('notification', ({ processId, payload }) => {
    if (processId !== (client as { processID?: number }).processID) heard(payload || undefined);
  });
  await client.connect();
  // Nothing of a notice needs the disk.
  await client.query(`set synchronous_commit = off; listen ${CHANNEL}`);
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  await Promise.race([
    work.catch(() => undefined),
    sleep(ms, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
}
