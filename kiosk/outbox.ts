import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { TillEvent, TillView } from './contract.ts';
import { KioskError } from './error.ts';

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
    asked_at INTEGER NOT NULL, verification TEXT, PRIMARY KEY (till, key)) STRICT;
  CREATE TABLE IF NOT EXISTS verification (
    id TEXT PRIMARY KEY, till TEXT NOT NULL, view TEXT NOT NULL, settled INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS unsettled ON verification (settled) WHERE settled = 0;
  CREATE TABLE IF NOT EXISTS event (
    verification TEXT NOT NULL, id INTEGER NOT NULL, event TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (verification, id)) STRICT, WITHOUT ROWID;
`;

/**
 * What must survive a power cut: which till asked what under which key, the outcome, and the event stream.
 * Holds masked names only; no picture and no ID number is ever written. `folder` may be ':memory:'.
 */
export function openOutbox(folder: string) {
  const db = open(folder);
  const one = {
    ask: db.prepare(
      'SELECT till, key, digest, backend_key, asked_at, verification FROM ask WHERE till = ? AND key = ?',
    ),
    remember: db.prepare('INSERT INTO ask (till, key, digest, backend_key, asked_at) VALUES (?, ?, ?, ?, ?)'),
    forget: db.prepare('DELETE FROM ask WHERE till = ? AND key = ? AND verification IS NULL'),
    bind: db.prepare('UPDATE ask SET verification = ? WHERE till = ? AND key = ?'),
    save: db.prepare(
      'INSERT INTO verification (id, till, view, settled) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET view = excluded.view, settled = excluded.settled',
    ),
    find: db.prepare('SELECT till, view, settled FROM verification WHERE id = ?'),
    unsettled: db.prepare('SELECT till, view, settled FROM verification WHERE settled = 0'),
    append: db.prepare(
      'INSERT INTO event (verification, id, event, data) SELECT ?, coalesce(max(id), 0) + 1, ?, ? FROM event WHERE verification = ? RETURNING id',
    ),
    events: db.prepare('SELECT id, event, data FROM event WHERE verification = ? AND id > ? ORDER BY id'),
  };
  const append = (id: string, entry: Omit<TillEvent, 'id'>): TillEvent => {
    const row = one.append.get(id, entry.event, JSON.stringify(entry.data), id) as { id: number };
    return { ...entry, id: row.id } as TillEvent;
  };
  return {
    findAsk: (till: string, key: string): Ask | undefined => toAsk(one.ask.get(till, key)),
    rememberAsk(ask: Ask): void {
      one.remember.run(ask.till, ask.key, ask.digest, ask.backendKey, ask.askedAt);
    },
    /** The backend refused it for good: the till may use the key again for a corrected request. */
    forgetAsk(till: string, key: string): void {
      one.forget.run(till, key);
    },
    /** Ties the till's key to the verification that the backend created, and keeps the view, in one step. */
    begin: db.transaction((ask: Ask, view: TillView): void => {
      one.bind.run(view.verification, ask.till, ask.key);
      one.save.run(view.verification, ask.till, JSON.stringify(view), 0);
    }),
    find: (id: string): Kept | undefined => toKept(one.find.get(id)),
    unsettled: (): readonly Kept[] => one.unsettled.all().map((row) => toKept(row)!),
    /** Keeps the view and appends the event that changed it, in one step. */
    record: db.transaction((kept: Kept, entry: Omit<TillEvent, 'id'>): TillEvent => {
      one.save.run(kept.view.verification, kept.till, JSON.stringify(kept.view), kept.settled ? 1 : 0);
      return append(kept.view.verification, entry);
    }),
    /** Events after `after`, oldest first. */
    events: (id: string, after: number): readonly TillEvent[] =>
      (one.events.all(id, after) as { id: number; event: string; data: string }[]).map(
        (row) => ({ ...row, data: JSON.parse(row.data) }) as TillEvent,
      ),
    close: (): void => void db.close(),
  };
}

function open(folder: string): Database.Database {
  try {
    const path = folder === ':memory:' ? folder : join(folder, 'kiosk.sqlite');
    if (path !== folder) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const db = new Database(path);
    // SQLite gives its journals the mode of the database.
    if (path !== folder) chmodSync(path, 0o600);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec(TABLES);
    return db;
  } catch (cause) {
    throw new KioskError('store-unreadable', `cannot open kiosk.sqlite in ${folder}: ${(cause as Error).message}`, {
      cause,
    });
  }
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
