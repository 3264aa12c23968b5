import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/** File header and frame header of SQLite's write-ahead log, bytes (https://sqlite.org/fileformat2.html#walformat). */
const HEADER = 32;
const FRAME = 24;

/** Durable commits that `work` makes on a SQLite database in WAL mode: the commit frames of its log. */
export async function countCommits(path: string, work: () => Promise<void>): Promise<number> {
  const db = new Database(path);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  await work();
  const log = readFileSync(`${path}-wal`);
  const page = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let commits = 0;
  for (let at = HEADER; at + FRAME <= log.length; at += FRAME + page) {
    // Of an earlier round of the log.
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    // Size of the database after the commit; 0 in every other frame.
    if (log.readUInt32BE(at + 4) !== 0) commits++;
  }
  return commits;
}
