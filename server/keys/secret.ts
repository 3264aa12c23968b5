import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { ServerError } from '../error.ts';

/** A lock that is older was left by a process that died, milliseconds. */
const STALE_MS = 30_000;

/** @throws ServerError `keys-unreadable` */
export function readSecret(path: string): string {
  try {
    // A secret that is mounted for reading keeps the mode that it has.
    if ((statSync(path).mode & 0o077) !== 0) tighten(path);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new ServerError('keys-unreadable', `${path}: it cannot be read (${why})`);
  }
}

function tighten(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    throw new ServerError('keys-unreadable', `${path}: others may read it: chmod 600`);
  }
}

/** Written whole or not at all, readable by its owner only; one that is there already stays as it is. */
export function writeNewSecret(path: string, make: () => string): void {
  const draft = writeDraft(path, make());
  try {
    linkSync(draft, path);
    syncFolder(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

/** Reads, changes and replaces a secret, one process at a time. @throws ServerError `keys-unreadable` */
export function changeSecret(path: string, change: (text: string) => string): void {
  const lock = `${path}.lock`;
  takeLock(lock);
  try {
    renameSync(writeDraft(path, change(readSecret(path))), path);
    syncFolder(path);
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): void {
  for (let tries = 0; ; tries++) {
    try {
      closeSync(openSync(lock, 'wx', 0o600));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      if (tries > 0 || age < STALE_MS)
        throw new ServerError('keys-unreadable', `${lock} is there: the keys are being changed; try again in a minute`);
      rmSync(lock, { force: true });
    }
  }
}

function writeDraft(path: string, text: string): string {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return draft;
}

/** The new name is on the disk, too: what is signed next must not outlive its key. */
function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
