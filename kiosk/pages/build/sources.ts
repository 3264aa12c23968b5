import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the pages, from the project's root, and what they are made of beside it. */
export const PAGES = 'kiosk/pages';
const BESIDE = [
  'server/contract/id-number.ts',
  ...['contract', 'pair', 'receipt', 'till', 'wait', 'wire'].map((name) => `till/${name}.ts`),
  'kiosk/till/pake.ts',
  'package-lock.json',
];

/** Files that a page is made of, from the project's root, sorted. */
export function listSources(root: string): readonly string[] {
  const inside = readdirSync(join(root, PAGES), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return [...inside, ...BESIDE].sort();
}

/** One word for the content of all sources: the same word, the same pages. */
export function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const file of listSources(root))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}
