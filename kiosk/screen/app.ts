import { Hono } from 'hono';
import { z } from 'zod';
import { readBody } from '../body.ts';
import { isLoopback } from '../config.ts';
import type { Consent } from '../consent.ts';
import { guardOrigin } from '../origin.ts';
import { type Page, servePages } from '../pages/serve.ts';
import type { Preview } from '../preview.ts';
import { refusal } from '../problems.ts';
import { problemResponse } from '../till/answer.ts';
import type { ScreenHub } from './hub.ts';
import { streamPreview, streamScreen } from './stream.ts';

export type ScreenAppDeps = {
  readonly hub: ScreenHub;
  readonly preview: Preview;
  readonly consent: Pick<Consent, 'answer'>;
  readonly pages: ReadonlyMap<string, Page>;
  /** Where a request comes from, e.g. `127.0.0.1`; undefined when it cannot be told. */
  readonly remoteAddress: (bindings: unknown) => string | undefined;
  fault(error: Error): void;
};

const consentSchema = z.strictObject({ verification: z.string().max(128), given: z.boolean() });

/** The page for the person, for this machine only: pictures go nowhere else. */
export function createScreenApp(deps: ScreenAppDeps): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    const address = deps.remoteAddress(context.env)?.replace(/^::ffff:/, '');
    if (address === undefined || !isLoopback(address)) return problemResponse(context, refusal('origin-refused'));
    await next();
  });
  app.use(guardOrigin({ loopbackHost: true }));
  app.get('/events', (context) => streamScreen(context, deps.hub));
  app.get('/preview', (context) =>
    deps.preview.isOpen() ? streamPreview(deps.preview) : problemResponse(context, refusal('no-capture')),
  );
  app.post('/consent', async (context) => {
    if (!/^application\/json/i.test(context.req.header('content-type') ?? ''))
      return problemResponse(context, refusal('type-unsupported'));
    const answer = consentSchema.safeParse(parse(await readBody(context.req.raw, 1024)));
    if (!answer.success) return problemResponse(context, refusal('request-invalid'));
    const taken = deps.consent.answer(answer.data.verification, answer.data.given);
    return taken ? context.body(null, 204) : problemResponse(context, refusal('nothing-asked'));
  });
  servePages(app, deps.pages);
  app.notFound((context) => problemResponse(context, refusal('not-found')));
  app.onError((error, context) => {
    deps.fault(error);
    return problemResponse(context, refusal('kiosk-fault'));
  });
  return app;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
