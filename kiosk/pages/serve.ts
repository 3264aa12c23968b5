import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';
import type { Hono } from 'hono';
import { KioskError } from '../error.ts';

/** `lasting`: its name says its content, so that a browser never asks twice. */
export type Page = { readonly type: string; readonly body: string; readonly lasting?: boolean };

/** Everything that the pages are made of; nothing else of this folder can be asked for. */
const SHARED = [
  'kiosk/pages/tokens.css',
  'kiosk/pages/words.ts',
  'kiosk/pages/words-zh.ts',
  'kiosk/pages/words-en.ts',
  'kiosk/pages/design/words/zh-CN.ts',
  'kiosk/pages/design/words/en.ts',
  'kiosk/pages/language.ts',
  'kiosk/pages/event-stream.ts',
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

/** Only our own scripts, styles and pictures, none of them inside the page; shown in nobody's frame. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    ...['script-src', 'style-src', 'font-src', 'connect-src'].map((what) => `${what} 'self'`),
    "img-src 'self' data:",
    ...['frame-ancestors', 'base-uri', 'form-action'].map((what) => `${what} 'none'`),
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};
const CACHE = { lasting: 'public, max-age=31536000, immutable', fresh: 'no-cache' } as const;

// biome-ignore lint/suspicious/noExplicitAny: the variables of an app do not matter to its pages
export function servePages(app: Hono<any>, pages: ReadonlyMap<string, Page>): void {
  for (const [path, { type, body, lasting }] of pages) {
    const headers = { ...HEADERS, 'content-type': type, 'cache-control': lasting ? CACHE.lasting : CACHE.fresh };
    app.get(path, (context) => context.body(body, 200, headers));
  }
}
