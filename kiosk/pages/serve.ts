import type { Hono } from 'hono';

/** `lasting`: its name says its content, so that a browser never asks twice. */
export type Page = { readonly type: string; readonly body: string; readonly lasting?: boolean };

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
