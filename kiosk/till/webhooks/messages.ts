import { randomBytes } from 'node:crypto';
import type { TillEvent, TillView } from '../../contract.ts';
import type { KioskDatabase } from '../../outbox/database.ts';

/** Where a till wants to be told. */
export type Webhook = {
  readonly till: string;
  readonly url: string;
  readonly pin?: string;
  readonly secret: string;
};

/** One that is to be delivered. Times are milliseconds since 1970. */
export type Message = Webhook & {
  readonly id: string;
  readonly verification: string;
  readonly body: string;
  readonly createdAt: number;
  readonly failures: number;
};

export type Messages = ReturnType<typeof openMessages>;

const TABLES = `
  CREATE TABLE IF NOT EXISTS webhook (
    till TEXT PRIMARY KEY, url TEXT NOT NULL, pin TEXT, secret TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY, till TEXT NOT NULL, verification TEXT NOT NULL, event INTEGER NOT NULL, body TEXT NOT NULL,
    created_at INTEGER NOT NULL, next_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0, failure TEXT,
    delivered_at INTEGER, dropped_at INTEGER, UNIQUE (verification, event)) STRICT;
  CREATE INDEX IF NOT EXISTS message_open ON message (next_at) WHERE delivered_at IS NULL AND dropped_at IS NULL;
  CREATE INDEX IF NOT EXISTS message_of_till ON message (till, created_at);
`;
const OPEN = 'delivered_at IS NULL AND dropped_at IS NULL';
/** The oldest open one of each verification: what came later waits for it. */
const HEADS = `
  message m JOIN webhook w ON w.till = m.till
  WHERE m.delivered_at IS NULL AND m.dropped_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM message e WHERE e.verification = m.verification AND e.event < m.event
      AND e.delivered_at IS NULL AND e.dropped_at IS NULL)`;
const COLUMNS = 'm.id, m.verification, m.body, m.created_at, m.failures, w.till, w.url, w.pin, w.secret';

/** What a till is told of without asking. */
const TOLD: readonly TillEvent['event'][] = ['outcome', 'retry', 'appeal'];

/** The durable outbox of webhooks: a message is written with the event that it tells, in one step. */
export function openMessages(db: KioskDatabase, epoch: () => number) {
  db.exec(TABLES);
  const one = {
    put: db.prepare(
      'INSERT INTO webhook (till, url, pin, secret) VALUES (?, ?, ?, ?) ON CONFLICT (till) DO UPDATE SET url = excluded.url, pin = excluded.pin, secret = excluded.secret',
    ),
    find: db.prepare('SELECT till, url, pin, secret FROM webhook WHERE till = ?'),
    remove: db.prepare('DELETE FROM webhook WHERE till = ?'),
    drop: db.prepare(`UPDATE message SET dropped_at = ? WHERE till = ? AND ${OPEN}`),
    add: db.prepare(
      'INSERT INTO message (id, till, verification, event, body, created_at, next_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    due: db.prepare(`SELECT ${COLUMNS} FROM ${HEADS} AND m.next_at <= ? ORDER BY m.next_at, m.id`),
    delivered: db.prepare(`UPDATE message SET delivered_at = ? WHERE id = ? AND ${OPEN}`),
    again: db.prepare(`UPDATE message SET next_at = ?, failures = failures + 1, failure = ? WHERE id = ? AND ${OPEN}`),
    giveUp: db.prepare(
      `UPDATE message SET dropped_at = ?, failures = failures + 1, failure = ? WHERE id = ? AND ${OPEN}`,
    ),
    soonest: db.prepare(`SELECT min(m.next_at) AS at FROM ${HEADS}`),
    counts: db.prepare(
      `SELECT count(*) FILTER (WHERE ${OPEN}) AS pending, count(delivered_at) AS delivered, count(dropped_at) AS dropped FROM message WHERE till = ?`,
    ),
    lastFailure: db.prepare(
      'SELECT failure FROM message WHERE till = ? AND failure IS NOT NULL ORDER BY created_at DESC LIMIT 1',
    ),
  };
  const remove = db.transaction((till: string): boolean => {
    one.drop.run(epoch(), till);
    return one.remove.run(till).changes === 1;
  });
  return {
    put: ({ till, url, pin, secret }: Webhook): void => void one.put.run(till, url, pin ?? null, secret),
    find: (till: string): Webhook | undefined => toWebhook(one.find.get(till)),
    /** What is not delivered yet is dropped. */
    remove: (till: string): boolean => remove(till),
    /** Inside the transaction that records the event; what happens on the way is not told. */
    add(till: string, view: TillView, event: TillEvent): void {
      if (!TOLD.includes(event.event) || !one.find.get(till)) return;
      const now = epoch();
      const body = toBody(view, event, now);
      one.add.run(`msg_${randomBytes(16).toString('base64url')}`, till, view.verification, event.id, body, now, now);
    },
    due: (): readonly Message[] => one.due.all(epoch()).map(toMessage),
    /** @returns false when it was settled before: one success is counted, however often it was sent. */
    delivered: (id: string): boolean => one.delivered.run(epoch(), id).changes === 1,
    again: (id: string, at: number, failure: string): void => void one.again.run(at, failure, id),
    giveUp: (id: string, failure: string): void => void one.giveUp.run(epoch(), failure, id),
    /** When the next one is due; nothing when there is none. */
    soonest: (): number | undefined => (one.soonest.get() as { at: number | null }).at ?? undefined,
    counts(till: string) {
      const { failure } = (one.lastFailure.get(till) ?? {}) as { failure?: string };
      const counts = one.counts.get(till) as { pending: number; delivered: number; dropped: number };
      return { ...counts, ...(failure && { lastFailure: failure }) };
    },
  };
}

function toBody(view: TillView, { id, event }: TillEvent, now: number): string {
  const timestamp = new Date(now).toISOString();
  return JSON.stringify({ type: `verification.${event}`, timestamp, data: { ...view, event: id } });
}

type Row = { till: string; url: string; pin: string | null; secret: string };

function toWebhook(row: unknown): Webhook | undefined {
  if (!row) return undefined;
  const { pin, ...rest } = row as Row;
  return { ...rest, ...(pin !== null && { pin }) };
}

function toMessage(row: unknown): Message {
  const {
    id,
    verification,
    body,
    created_at: createdAt,
    failures,
  } = row as Omit<Message, 'createdAt'> & {
    created_at: number;
  };
  const { till, url, secret, pin } = toWebhook(row)!;
  return { id, verification, body, createdAt, failures, till, url, secret, ...(pin && { pin }) };
}
