import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';
import type { Hono } from 'hono';
import { KioskError } from '../error.ts';

export type Page = { readonly type: string; readonly body: string };

/** Everything that the pages are made of; nothing else of this folder can be asked for. */
const SHARED = [
  'kiosk/pages/tokens.css',
  'kiosk/pages/words.ts',
  'kiosk/pages/words-zh.ts',
  'kiosk/pages/words-en.ts',
  'kiosk/pages/language.ts',
  'kiosk/pages/event-stream.ts',
];
export const SCREEN_FILES = [
  ...SHARED,
  'kiosk/pages/screen/index.html',
  'kiosk/pages/screen/screen.css',
  'kiosk/pages/screen/capture.css',
  'kiosk/pages/screen/landscape.css',
  'kiosk/pages/screen/head.css',
  'kiosk/pages/screen/screen.ts',
  'kiosk/pages/screen/views.ts',
  'kiosk/pages/screen/head.ts',
];
export const TILL_FILES = [
  ...SHARED,
  'kiosk/pages/till/index.html',
  'kiosk/pages/till/till.css',
  'kiosk/pages/till/till.ts',
  'kiosk/pages/till/client.ts',
  'server/contract/id-number.ts',
];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
};

/** Reads pages once; TypeScript goes out as the same lines without their types. Paths are those of the project. */
export function readPages(root: string, files: readonly string[]): ReadonlyMap<string, Page> {
  const pages = files.map((file) => [`/${file}`, readPage(root, file)] as const);
  const index = pages.find(([path]) => path.endsWith('/index.html'));
  return new Map([...pages, ...(index ? [['/', index[1]] as const] : [])]);
}

function readPage(root: string, file: string): Page {
  const type = TYPES[extname(file)];
  try {
    const text = readFileSync(join(root, file), 'utf8');
    return { type: type!, body: extname(file) === '.ts' ? stripTypeScriptTypes(text) : text };
  } catch (cause) {
    throw new KioskError('page-missing', `cannot serve ${file}: ${(cause as Error).message}`, { cause });
  }
}

/** Only our own modules, styles and pictures; shown in nobody's frame. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

// biome-ignore lint/suspicious/noExplicitAny: the variables of an app do not matter to its pages
export function servePages(app: Hono<any>, pages: ReadonlyMap<string, Page>): void {
  for (const [path, { type, body }] of pages)
    app.get(path, (context) => context.body(body, 200, { ...HEADERS, 'content-type': type }));
}
