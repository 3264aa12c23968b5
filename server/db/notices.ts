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

/**
 * LISTEN and NOTIFY on a connection of their own. They are told after the commit, not in the transaction: PostgreSQL
 * puts commits that notify in one line, each waiting for the disk of the one before. A process that dies between its
 * commit and its notice leaves the others to notice at their heartbeat.
 *
 * The connection is made again whenever it is lost; then everybody is told that anything may have changed.
 */
export function openNotices(connect: () => pg.Client, heard: Heard, report: (fault: unknown) => void): Notices {
  const untold = new Set<string>();
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let telling = Promise.resolve();

  const tellAll = async () => {
    while (client && untold.size > 0) {
      const ids = untold.size > MOST_UNTOLD ? [ANY] : [...untold];
      untold.clear();
      try {
        await client.query('select pg_notify($1, id) from unnest($2::text[]) as id', [CHANNEL, ids]);
      } catch (error) {
        for (const id of ids) untold.add(id);
        lose(client, error);
      }
    }
  };
  const lose = (lost: pg.Client, error: unknown) => {
    if (client !== lost) return;
    client = undefined;
    lost.end().catch(() => undefined);
    if (closed) return;
    report(asFault(error));
    later(RETRY_MS.first);
  };
  const later = (waitMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void open(waitMs), waitMs);
  };
  const open = async (waitedMs: number) => {
    const fresh = connect();
    const broke = (error?: Error) => lose(fresh, error ?? new Error('Connection terminated'));
    fresh.on('error', broke).on('end', broke);
    fresh.on('notification', ({ processId, payload }) => {
      if (processId !== (fresh as { processID?: number }).processID) heard(payload || undefined);
    });
    try {
      await fresh.connect();
      // Nothing of a notice needs the disk.
      await fresh.query(`set synchronous_commit = off; listen ${CHANNEL}`);
    } catch {
      fresh.end().catch(() => undefined);
      if (!closed) later(Math.min(RETRY_MS.most, waitedMs * 2));
      return;
    }
    if (closed) return void fresh.end().catch(() => undefined);
    client = fresh;
    heard(undefined);
    check(fresh);
    telling = telling.then(tellAll);
  };
  /** A network that swallows everything breaks no connection; only a question shows it. */
  const check = (current: pg.Client) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      current.query('select 1').then(
        () => client === current && check(current),
        (error: unknown) => lose(current, error),
      );
    }, CHECK_MS);
  };
  const opening = open(RETRY_MS.first / 2);
  return {
    tell: (id) => {
      if (untold.size <= MOST_UNTOLD) untold.add(id);
      telling = telling.then(tellAll);
    },
    close: async () => {
      await Promise.race([telling, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
      closed = true;
      clearTimeout(timer);
      await opening;
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}
