import type { TillEvent, TillNews, TillView } from '../contract.ts';
import type { KioskDatabase } from './database.ts';

/** What a till asked, under its own key. */
export type Ask = {
  readonly till: string;
  readonly key: string;
  /** Keyed digest of the request, so that another request under the same key is told apart; holds no ID number. */
  readonly digest: string;
  /** The kiosk's own key towards the backend. */
  readonly backendKey: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  readonly verification?: string;
};

/** One verification as the kiosk keeps it. `settled`: the backend has confirmed the outcome. */
export type Kept = { readonly till: string; readonly view: TillView; readonly settled: boolean };

export type Outbox = ReturnType<typeof openOutbox>;

const TABLES = `
  CREATE TABLE IF NOT EXISTS ask (
    till TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, backend_key TEXT NOT NULL,
    asked_at INTEGER NOT NULL, verification TEXT, sale TEXT, PRIMARY KEY (till, key)) STRICT;
  CREATE TABLE IF NOT EXISTS verification (
    id TEXT PRIMARY KEY, till TEXT NOT NULL, view TEXT NOT NULL, settled INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS ask_by_verification ON ask (verification);
  CREATE INDEX IF NOT EXISTS by_sale ON verification (till, json_extract(view, '$.sale'));
  CREATE INDEX IF NOT EXISTS unsettled ON verification (settled) WHERE settled = 0;
  CREATE TABLE IF NOT EXISTS event (
    verification TEXT NOT NULL, id INTEGER NOT NULL, event TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (verification, id)) STRICT, WITHOUT ROWID;
`;

const ASK = 'SELECT till, key, digest, backend_key, asked_at, verification FROM ask';

/**
 * What must survive a power cut: which till asked what under which key, the outcome, and the event stream.
 * Holds masked names only; no picture and no ID number is ever written.
 * @param also what else is written with an event, in the same step.
 */
export function openOutbox(db: KioskDatabase, also: (kept: Kept, event: TillEvent) => void = () => undefined) {
  db.exec(TABLES);
  const columns = db.pragma('table_info(ask)') as { name: string }[];
  // Of kiosks from before the recovery by sale.
  if (!columns.some(({ name }) => name === 'sale')) db.exec('ALTER TABLE ask ADD COLUMN sale TEXT');
  const one = {
    ask: db.prepare(`${ASK} WHERE till = ? AND key = ?`),
    askOf: db.prepare(`${ASK} WHERE verification = ?`),
    unanswered: db.prepare(`${ASK} WHERE verification IS NULL AND asked_at <= ?`),
    unansweredOf: db.prepare(`${ASK} WHERE verification IS NULL AND till = ? AND sale = ?`),
    remember: db.prepare('INSERT INTO ask (till, key, digest, backend_key, asked_at, sale) VALUES (?, ?, ?, ?, ?, ?)'),
    forget: db.prepare('DELETE FROM ask WHERE till = ? AND key = ? AND verification IS NULL'),
    bind: db.prepare('UPDATE ask SET verification = ? WHERE till = ? AND key = ?'),
    save: db.prepare(
      'INSERT INTO verification (id, till, view, settled) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET view = excluded.view, settled = excluded.settled',
    ),
    find: db.prepare('SELECT till, view, settled FROM verification WHERE id = ?'),
    unsettled: db.prepare('SELECT till, view, settled FROM verification WHERE settled = 0'),
    findRecord: db.prepare(
      "SELECT till, view, settled FROM verification WHERE id GLOB 'q-*' AND json_extract(view, '$.record') = ?",
    ),
    ofSale: db.prepare(
      "SELECT till, view, settled FROM verification WHERE till = ? AND json_extract(view, '$.sale') = ? ORDER BY rowid DESC LIMIT 20",
    ),
    append: db.prepare(
      'INSERT INTO event (verification, id, event, data) SELECT ?, coalesce(max(id), 0) + 1, ?, ? FROM event WHERE verification = ? RETURNING id',
    ),
    events: db.prepare('SELECT id, event, data FROM event WHERE verification = ? AND id > ? ORDER BY id'),
  };
  const append = (id: string, entry: TillNews): TillEvent => {
    const row = one.append.get(id, entry.event, JSON.stringify(entry.data), id) as { id: number };
    return { ...entry, id: row.id } as TillEvent;
  };
  const save = ({ till, view, settled }: Kept): void => {
    one.save.run(view.verification, till, JSON.stringify(view), settled ? 1 : 0);
  };
  return {
    findAsk: (till: string, key: string): Ask | undefined => toAsk(one.ask.get(till, key)),
    rememberAsk(ask: Ask, sale: string): void {
      one.remember.run(ask.till, ask.key, ask.digest, ask.backendKey, ask.askedAt, sale);
    },
    /** Nothing came of it and nothing will: the till may use the key again, also for a corrected request. */
    forgetAsk(till: string, key: string): void {
      one.forget.run(till, key);
    },
    /** Ties the till's key to the verification that the backend created, and keeps the view, in one step. */
    begin: db.transaction((ask: Ask, view: TillView): void => {
      one.bind.run(view.verification, ask.till, ask.key);
      one.save.run(view.verification, ask.till, JSON.stringify(view), 0);
    }),
    save: (kept: Kept): void => save(kept),
    find: (id: string): Kept | undefined => toKept(one.find.get(id)),
    /** By the backend's id, which is another one where it waited in the queue. */
    findRecord: (record: string): Kept | undefined => toKept(one.find.get(record) ?? one.findRecord.get(record)),
    /** Newest first; the 20 newest. */
    ofSale: (till: string, sale: string): readonly Kept[] => one.ofSale.all(till, sale).map((row) => toKept(row)!),
    askOf: (verification: string): Ask | undefined => toAsk(one.askOf.get(verification)),
    /** What the backend was asked until then, milliseconds since 1970, and did not answer. */
    unanswered: (until: number): readonly Ask[] => one.unanswered.all(until).map((row) => toAsk(row)!),
    unansweredOf: (till: string, sale: string): readonly Ask[] =>
      one.unansweredOf.all(till, sale).map((row) => toAsk(row)!),
    unsettled: (): readonly Kept[] => one.unsettled.all().map((row) => toKept(row)!),
    /** Keeps the view and appends the event that changed it, in one step. */
    record: db.transaction((kept: Kept, entry: TillNews): TillEvent => {
      save(kept);
      const event = append(kept.view.verification, entry);
      also(kept, event);
      return event;
    }),
    /** Events after `after`, oldest first. */
    events: (id: string, after: number): readonly TillEvent[] =>
      (one.events.all(id, after) as { id: number; event: string; data: string }[]).map(
        (row) => ({ ...row, data: JSON.parse(row.data) }) as TillEvent,
      ),
  };
}

type AskRow = {
  till: string;
  key: string;
  digest: string;
  backend_key: string;
  asked_at: number;
  verification?: string;
};

function toAsk(row: unknown): Ask | undefined {
  if (!row) return undefined;
  const { backend_key: backendKey, asked_at: askedAt, verification, ...rest } = row as AskRow;
  return { ...rest, backendKey, askedAt, ...(verification ? { verification } : {}) };
}

function toKept(row: unknown): Kept | undefined {
  if (!row) return undefined;
  const { till, view, settled } = row as { till: string; view: string; settled: number };
  return { till, view: JSON.parse(view) as TillView, settled: settled === 1 };
}
