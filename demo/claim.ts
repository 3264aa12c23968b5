/** A data folder belongs to one running program at a time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * Takes the folder for as long as this process lives; the system gives it back however the process ends.
 * @throws Error with the remedy when another process holds it, or when it cannot be used.
 */
export function claimFolder(folder: string): { release(): void } {
  let lock: Database.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A lock of the system on a file: unlike a kept process number it can never be stale.
    lock = new Database(join(folder, 'claim.sqlite'), { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    const code = (cause as { code?: unknown }).code;
    if (code === 'SQLITE_BUSY')
      throw new Error(`${folder} is in use by a running program: stop that one, or choose another folder`, { cause });
    throw new Error(`${folder} cannot be used as a data folder (${String(code)}): choose another`, { cause });
  }
  const held = lock;
  return { release: () => void held.close() };
}
