import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { isLoopback } from '../config.ts';
import type { Preview } from '../eyes/preview.ts';
import { readBody } from '../http/body.ts';
import { guardOrigin } from '../http/origin.ts';
import { type Page, servePages } from '../pages/serve.ts';
import { problemOfFault, refusal } from '../problems.ts';
import { problemResponse } from '../till/answer.ts';
import type { Consent } from '../verification/consent.ts';
import type { ScreenHub } from './hub.ts';
import { streamPreview, streamScreen } from './stream.ts';
import type { Voice } from './voice.ts';

export type ScreenAppDeps = {
  readonly hub: ScreenHub;
  readonly preview: Preview;
  readonly consent: Pick<Consent, 'answer' | 'wish'>;
  readonly voice: Voice;
  /** The person wishes to try a verification once more. @returns whether it begins. */
  readonly again: (verification: string) => Promise<boolean>;
  readonly pages: ReadonlyMap<string, Page>;
  /** Where a request comes from, e.g. `127.0.0.1`; undefined when it cannot be told. */
  readonly remoteAddress: (bindings: unknown) => string | undefined;
  fault(error: Error): void;
};

const verification = z.string().max(128);
const consentSchema = z.union([
  z.strictObject({ verification, given: z.boolean() }),
  z.strictObject({ verification, accessible: z.literal(true) }),
]);
const againSchema = z.strictObject({ verification });
const speechSchema = z.strictObject({ language: z.enum(['zh-CN', 'en']), text: z.string().max(200) });

/** The page for the person, for this machine only: pictures go nowhere else. */
export function createScreenApp(deps: ScreenAppDeps): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    const address = deps.remoteAddress(context.env)?.replace(/^::ffff:/, '');
    if (address === undefined || !isLoopback(address)) return problemResponse(context, refusal('origin-refused'));
    await next();
  });
  app.use(guardOrigin({ loopbackHost: true }));
  const page = createHash('sha256')
    .update(deps.pages.get('/')?.body ?? '')
    .digest('base64url')
    .slice(0, 12);
  app.get('/events', (context) => streamScreen(context, deps.hub, page));
  app.get('/preview', (context) =>
    deps.preview.isOpen() ? streamPreview(deps.preview) : problemResponse(context, refusal('no-capture')),
  );
  take(app, '/consent', consentSchema, (answer) =>
    'given' in answer ? deps.consent.answer(answer.verification, answer.given) : deps.consent.wish(answer.verification),
  );
  take(app, '/again', againSchema, (wish) => deps.hub.isOffered(wish.verification) && deps.again(wish.verification));
  app.get('/voice', (context) =>
    context.json({ mode: deps.voice.mode, loudspeaker: deps.voice.isAble() }, 200, { 'cache-control': 'no-store' }),
  );
  app.post('/voice', async (context) => {
    const speech = speechSchema.safeParse(parse(await readBody(context.req.raw, 2048)));
    if (!speech.success) return problemResponse(context, refusal('request-invalid'));
    return context.json({ loudspeaker: deps.voice.say(speech.data.language, speech.data.text) });
  });
  servePages(app, deps.pages);
  app.notFound((context) => problemResponse(context, refusal('not-found')));
  app.onError((error, context) => {
    deps.fault(error);
    return problemResponse(context, problemOfFault(error));
  });
  return app;
}

/** A small JSON body that is taken, or refused when nothing like it is asked for now. */
function take<T>(app: Hono, path: string, schema: z.ZodType<T>, taken: (body: T) => boolean | Promise<boolean>): void {
  app.post(path, async (context) => {
    if (!/^application\/json/i.test(context.req.header('content-type') ?? ''))
      return problemResponse(context, refusal('type-unsupported'));
    const body = schema.safeParse(parse(await readBody(context.req.raw, 1024)));
    if (!body.success) return problemResponse(context, refusal('request-invalid'));
    return (await taken(body.data)) ? context.body(null, 204) : problemResponse(context, refusal('nothing-asked'));
  });
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
