import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { KioskError } from '../error.ts';
import type { Page } from './serve.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

type Chunk = {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
};

/**
 * Reads one built page and what it needs, and nothing of the others: a path of the URL to its content.
 * @param folder of ensurePages. @throws KioskError `page-missing`.
 */
export function readBuiltPage(folder: string, name: string): ReadonlyMap<string, Page> {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
    const html = readFileSync(join(folder, name, 'index.html'), 'utf8');
    const files = filesOf(manifest, `${name}/index.html`);
    const assets = files.map((file): readonly [string, Page] => {
      const body = readFileSync(join(folder, file), 'utf8');
      return [`/${file}`, { type: TYPES[extname(file)] ?? 'application/octet-stream', body, lasting: true }];
    });
    return new Map<string, Page>([['/', { type: TYPES['.html']!, body: html }], ...assets]);
  } catch (cause) {
    throw new KioskError('page-missing', `cannot serve the page ${name}: ${(cause as Error).message}`, { cause });
  }
}

function filesOf(manifest: Readonly<Record<string, Chunk>>, entry: string, seen = new Set<string>()): string[] {
  if (seen.has(entry)) return [];
  seen.add(entry);
  const chunk = manifest[entry];
  if (!chunk) throw new Error(`${entry} is not in the manifest`);
  const { file, imports = [], css = [], assets = [] } = chunk;
  return [...new Set([file, ...css, ...assets, ...imports.flatMap((name) => filesOf(manifest, name, seen))])];
}
