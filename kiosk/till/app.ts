import { type Context, Hono } from 'hono';
import { readBody } from '../body.ts';
import type { Desk } from '../desk.ts';
import { guardOrigin } from '../origin.ts';
import type { Page } from '../pages/serve.ts';
import { servePages } from '../pages/serve.ts';
import { refusal } from '../problems.ts';
import { problemResponse } from './answer.ts';
import { identifyTill, type TillKey } from './auth.ts';
import { MAX_BODY, readIdempotencyKey, readTillRequest } from './request.ts';
import { streamEvents } from './stream.ts';

export type TillAppDeps = {
  readonly desk: Pick<Desk, 'ask' | 'find' | 'cancel' | 'events' | 'listen' | 'isBusy'>;
  readonly keys: readonly TillKey[];
  readonly pages: ReadonlyMap<string, Page>;
  readonly health: () => { readonly ok: boolean; readonly [detail: string]: unknown };
  fault(error: Error): void;
};

type Env = { Variables: { till: string } };

/** The interface for tills, version 0: one question, one outcome. Errors are problem+json with stable codes. */
export function createTillApp(deps: TillAppDeps): Hono<Env> {
  const app = new Hono<Env>();
  // Without keys whoever is on this machine is the till: a page of another site must not be.
  app.use(guardOrigin({ loopbackHost: deps.keys.length === 0 }));
  app.get('/healthz', (context) => {
    const health = deps.health();
    return context.json(health, health.ok ? 200 : 503);
  });
  app.use('/v1/*', async (context, next) => {
    const till = identifyTill(context.req.header('authorization'), deps.keys);
    if (till === undefined) return problemResponse(context, refusal('till-unknown'));
    context.set('till', till);
    context.header('cache-control', 'no-store');
    await next();
  });
  app.post('/v1/verifications', (context) => ask(deps, context));
  app.get('/v1/verifications/:id', (context) => {
    const view = deps.desk.find(context.var.till, context.req.param('id'));
    return view ? context.json(view) : unknown(context);
  });
  app.get('/v1/verifications/:id/events', (context) => {
    const id = context.req.param('id');
    if (!deps.desk.find(context.var.till, id)) return unknown(context);
    const last = Number(context.req.header('last-event-id') ?? context.req.query('after') ?? 0);
    return streamEvents(context, deps.desk, id, Number.isSafeInteger(last) && last > 0 ? last : 0);
  });
  app.post('/v1/verifications/:id/cancel', async (context) => {
    const view = await deps.desk.cancel(context.var.till, context.req.param('id'));
    return view ? context.json(view) : unknown(context);
  });
  servePages(app, deps.pages);
  app.notFound((context) => problemResponse(context, refusal('not-found')));
  app.onError((error, context) => {
    deps.fault(error);
    return problemResponse(context, refusal('kiosk-fault'));
  });
  return app;
}

async function ask(deps: TillAppDeps, context: Context<Env>): Promise<Response> {
  const key = readIdempotencyKey(context.req.header('idempotency-key'));
  if (!key.ok) return problemResponse(context, key.problem);
  const body = await readBody(context.req.raw, MAX_BODY);
  const request = readTillRequest(context.req.header('content-type'), body);
  if (!request.ok) return problemResponse(context, request.problem);
  const asked = await deps.desk.ask(context.var.till, key.value, request.value);
  if (!asked.ok) return problemResponse(context, asked.problem);
  context.header('location', `/v1/verifications/${asked.view.verification}`);
  return context.json(asked.view, asked.fresh ? 201 : 200);
}

const unknown = (context: Context): Response => problemResponse(context, refusal('verification-unknown'));
