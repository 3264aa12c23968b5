import { createHash, randomBytes } from 'node:crypto';
import type { KioskDatabase } from '../outbox/database.ts';

/** A till that was paired. Times are milliseconds since 1970. */
export type PairedTill = {
  readonly id: string;
  /** As it named itself; shown to people, never used to tell tills apart. */
  readonly name: string;
  readonly pairedAt: number;
  readonly revokedAt?: number;
  /** To the minute. */
  readonly lastSeen?: number;
};

export type Tills = ReturnType<typeof openTills>;

const TABLES = `
  CREATE TABLE IF NOT EXISTS till (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE,
    paired_at INTEGER NOT NULL, revoked_at INTEGER, last_seen INTEGER) STRICT;
`;
const COLUMNS = 'id, name, paired_at, revoked_at, last_seen';
/** Every request would be a write otherwise, milliseconds. */
const SEEN_EVERY_MS = 60_000;

/** The tills that were paired, each with the digest of its key only. Another process may revoke one at any time. */
export function openTills(db: KioskDatabase, epoch: () => number) {
  db.exec(TABLES);
  const add = db.prepare('INSERT INTO till (id, name, sha256, paired_at) VALUES (?, ?, ?, ?)');
  const all = db.prepare(`SELECT ${COLUMNS} FROM till ORDER BY paired_at, id`);
  const byKey = db.prepare(`SELECT ${COLUMNS} FROM till WHERE sha256 = ?`);
  const byId = db.prepare(`SELECT ${COLUMNS} FROM till WHERE id = ?`);
  const revoke = db.prepare('UPDATE till SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
  const seen = db.prepare('UPDATE till SET last_seen = ? WHERE id = ?');
  const find = (id: string): PairedTill | undefined => toTill(byId.get(id));
  return {
    add(name: string, key: string): PairedTill {
      const id = `till-${randomBytes(6).toString('hex')}`;
      add.run(id, name, digestOf(key), epoch());
      return find(id)!;
    },
    list: (): readonly PairedTill[] => all.all().map((row) => toTill(row)!),
    find,
    /** Who has this key; nobody once it is revoked. */
    identify(key: string): PairedTill | undefined {
      const till = toTill(byKey.get(digestOf(key)));
      if (!till || till.revokedAt !== undefined) return undefined;
      if (epoch() - (till.lastSeen ?? 0) > SEEN_EVERY_MS) seen.run(epoch(), till.id);
      return till;
    },
    /** @returns false when there is no such till, or it was revoked before. */
    revoke: (id: string): boolean => revoke.run(epoch(), id).changes === 1,
    isRevoked: (id: string): boolean => find(id)?.revokedAt !== undefined,
  };
}

/** SHA-256 as hex; a key has 256 bits, so that nothing slower is needed. */
export const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');

type Row = {
  id: string;
  name: string;
  paired_at: number;
  revoked_at: number | null;
  last_seen: number | null;
};

function toTill(row: unknown): PairedTill | undefined {
  if (!row) return undefined;
  const { id, name, paired_at: pairedAt, revoked_at: revokedAt, last_seen: lastSeen } = row as Row;
  return { id, name, pairedAt, ...(revokedAt !== null && { revokedAt }), ...(lastSeen !== null && { lastSeen }) };
}
