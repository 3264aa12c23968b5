import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { KioskError } from '../../error.ts';
import { hashSources } from './sources.ts';

const run = promisify(execFile);

/** Where built pages lie: one folder a state of the sources. */
export const pagesFolder = (root: string): string => join(root, '.cache', 'pages');

/**
 * The folder of the built pages. They are built when a source has changed, in 2 to 3 s; a folder appears under its
 * name only when it is whole, so that two starts at once and a killed build do no harm.
 * @throws KioskError `page-missing` with the builder's last words.
 */
export async function ensurePages(root: string, say: (line: string) => void = () => undefined): Promise<string> {
  const parent = pagesFolder(root);
  const folder = join(parent, hashSources(root));
  if (existsSync(folder)) return folder;
  const started = performance.now();
  const unfinished = `${folder}.${process.pid}.${Date.now()}`;
  try {
    await mkdir(unfinished, { recursive: true });
    await run(process.execPath, [join(import.meta.dirname, 'main.ts'), root, unfinished], { cwd: root });
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } catch (cause) {
    const words = String((cause as { stderr?: unknown }).stderr ?? '').trim() || (cause as Error).message;
    throw new KioskError('page-missing', `the pages are not built and cannot be: ${words}`, { cause });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  await forgetOthers(parent, folder);
  say(`the pages were built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return folder;
}

/** What a start just now may still read, or another process build, milliseconds. */
const FRESH_MS = 3_600_000;

/** Removes the pages of earlier sources. */
async function forgetOthers(parent: string, current: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (path !== current && Date.now() - mtimeMs > FRESH_MS) await rm(path, { recursive: true, force: true });
  }
}
