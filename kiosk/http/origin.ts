import type { MiddlewareHandler } from 'hono';
import { isLoopback } from '../config.ts';
import { refusal } from '../problems.ts';
import { problemResponse } from '../till/answer.ts';

/**
 * Refuses pages of other sites (by `Origin`, and by `Sec-Fetch-Site`, since a picture is asked for without an origin),
 * and with `loopbackHost` any name but this machine's own: a name that an
 * attacker lets point to 127.0.0.1 (DNS rebinding) would make his page look like ours.
 */
export function guardOrigin(options: { readonly loopbackHost: boolean }): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? new URL(context.req.url).host;
    const origin = context.req.header('origin');
    const foreign = origin !== undefined && hostOf(origin) !== host;
    if (foreign || isEmbedded(context.req.raw.headers) || (options.loopbackHost && !isLoopback(nameOf(host))))
      return problemResponse(context, refusal('origin-refused'));
    await next();
  };
}

/** Asked for by a page of another site; a link that somebody follows is none of that. */
function isEmbedded(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site') ?? 'none';
  const followed = headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document';
  return site !== 'none' && site !== 'same-origin' && !followed;
}

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/** The name without its port; `[::1]:80` → `::1`. */
function nameOf(host: string): string {
  return host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d+$/, '');
}
