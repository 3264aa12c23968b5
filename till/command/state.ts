import { createHash } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../contract.ts';
import type { Pairing } from '../pair.ts';

/** What this till keeps between two commands. */
export type Paired = Pairing & { readonly url: string };

const MODE = { mode: 0o600, flush: true } as const;

/** @param folder readable by its owner only: it holds the key. */
export function openState(folder: string) {
  const path = join(folder, 'till.json');
  const write = async (to: string, text: string) => {
    await mkdir(join(folder, 'sales'), { recursive: true, mode: 0o700 });
    await writeFile(`${to}.${process.pid}`, text, MODE);
  };
  return {
    path,
    async paired(): Promise<Paired | undefined> {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as Paired);
    },
    async keep(paired: Paired): Promise<void> {
      await write(path, JSON.stringify(paired));
      await rename(`${path}.${process.pid}`, path);
    },
    store: openStore(folder, write),
  };
}

/** The idempotency key of each sale, a file each: of two commands at once the first one's key holds. */
function openStore(folder: string, write: (to: string, text: string) => Promise<void>): Store {
  const at = (sale: string) => join(folder, 'sales', createHash('sha256').update(sale).digest('hex').slice(0, 32));
  const get = (sale: string) => readFile(at(sale), 'utf8').catch(() => undefined);
  return {
    get,
    async add(sale, key) {
      const path = at(sale);
      await write(path, key);
      // A link is made whole or not at all, and never over another.
      await link(`${path}.${process.pid}`, path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      await rm(`${path}.${process.pid}`);
      return (await get(sale)) ?? key;
    },
    async replace(sale, key) {
      const path = at(sale);
      await write(path, key);
      await rename(`${path}.${process.pid}`, path);
    },
  };
}
