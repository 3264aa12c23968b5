import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { KioskError } from '../error.ts';

/** The kiosk's one database; each store beside this file, and `till/tills.ts`, keeps its own tables in it. */
export type KioskDatabase = Database.Database;

/** Opens `kiosk.sqlite` in `folder`, or one in memory for ':memory:'. @throws KioskError `store-unreadable`. */
export function openDatabase(folder: string): KioskDatabase {
  try {
    const path = folder === ':memory:' ? folder : join(folder, 'kiosk.sqlite');
    if (path !== folder) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const db = new Database(path);
    // SQLite gives its journals the mode of the database.
    if (path !== folder) chmodSync(path, 0o600);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    return db;
  } catch (cause) {
    throw new KioskError('store-unreadable', `cannot open kiosk.sqlite in ${folder}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
