import type { Context, Hono } from 'hono';
import type { TillView } from '../contract.ts';
import type { Asked } from '../desk/desk.ts';
import { readBody } from '../http/body.ts';
import { refusal } from '../problems.ts';
import { problemResponse } from './answer.ts';
import type { TillAppDeps } from './deps.ts';
import type { TillEnv } from './env.ts';
import {
  appealSchema,
  assistSchema,
  MAX_BODY,
  peopleSchema,
  readIdempotencyKey,
  readJson,
  readTillRequest,
  readWait,
  retrySchema,
} from './request.ts';
import { languageOf, refusalOf, sentenceOf } from './sentence.ts';
import { follow, streamEvents } from './stream.ts';

type Deps = Pick<TillAppDeps, 'desk' | 'access' | 'people'>;
type TillContext<Path extends string = string> = Context<TillEnv, Path>;

/** Everything about verifications; the till is known when a request comes here. */
export function routeVerifications(app: Hono<TillEnv>, deps: Deps): void {
  const { desk } = deps;
  app.post('/v1/verifications', (context) => ask(deps, context));
  app.get('/v1/verifications', (context) => recover(deps, context));
  app.get('/v1/verifications/:id', (context) => look(deps, context, context.req.param('id')));
  app.get('/v1/verifications/:id/events', (context) => {
    const [till, id] = [context.var.till.id, context.req.param('id')];
    if (!desk.find(till, id)) return unknown(context);
    const hold = () => deps.access.hold(till);
    const source = { events: desk.events, listen: desk.listen, look: () => desk.find(till, id), hold };
    return streamEvents(context, source, id, lastSeen(context));
  });
  app.post('/v1/verifications/:id/cancel', async (context) => {
    const view = await desk.cancel(context.var.till.id, context.req.param('id'));
    return view ? context.json({ ...view, ...forCashier(context, view) }) : unknown(context);
  });
  app.post('/v1/verifications/:id/retry', async (context) => {
    const text = await bodyOf(context);
    const type = context.req.header('content-type');
    const body = text === '' ? NO_ROUND : readJson(type, text, retrySchema);
    if (!body.ok) return problemResponse(context, body.problem);
    const { round, assistance } = body.value;
    return answer(context, await desk.retry(context.var.till.id, context.req.param('id'), round, assistance));
  });
  app.post('/v1/verifications/:id/assistance', async (context) => {
    const body = readJson(context.req.header('content-type'), await bodyOf(context), assistSchema);
    if (!body.ok) return problemResponse(context, body.problem);
    return answer(context, await desk.assist(context.var.till.id, context.req.param('id'), body.value));
  });
  app.post('/v1/verifications/:id/appeal', async (context) => {
    const body = readJson(context.req.header('content-type'), await bodyOf(context), appealSchema);
    if (!body.ok) return problemResponse(context, body.problem);
    return answer(context, await desk.appeal(context.var.till.id, context.req.param('id'), body.value.by));
  });
  app.post('/v1/people', async (context) => {
    const body = readJson(context.req.header('content-type'), await bodyOf(context), peopleSchema);
    if (!body.ok) return problemResponse(context, body.problem);
    const people = await deps.people(body.value);
    return people.ok ? context.json(people.value) : problemResponse(context, people.problem);
  });
}

async function ask({ desk }: Deps, context: TillContext): Promise<Response> {
  const key = readIdempotencyKey(context.req.header('idempotency-key'));
  if (!key.ok) return problemResponse(context, key.problem);
  const request = readTillRequest(context.req.header('content-type'), await bodyOf(context));
  if (!request.ok) return problemResponse(context, request.problem);
  const asked = await desk.ask(context.var.till.id, key.value, request.value);
  if (asked.ok) context.header('location', `/v1/verifications/${asked.view.verification}`);
  return answer(context, asked, 201);
}

/** What became of a sale: for a till that lost everything but its own reference. */
async function recover({ desk }: Deps, context: TillContext): Promise<Response> {
  const sale = context.req.query('sale');
  if (!sale) return problemResponse(context, refusal('request-invalid', { issues: [SALE_MISSING] }));
  const { views, unclear } = await desk.ofSale(context.var.till.id, sale);
  const open = views.find((view) => view.outcome === undefined);
  const status = open || unclear ? 'in-progress' : views.length > 0 ? 'processed' : 'not-found';
  const newest = open ?? views[0];
  const verification = newest && { verification: { ...newest, ...forCashier(context, newest) } };
  return context.json({ sale, status, ...verification, verifications: views });
}
const NO_ROUND = { ok: true, value: { round: undefined, assistance: undefined } } as const;
const SALE_MISSING = { path: 'sale', message: 'is required' };

/** At once, or with `wait` as soon as there is an outcome, or with `after` news; at the latest when the wait is over. */
async function look(deps: Deps, context: TillContext, id: string): Promise<Response> {
  const till = context.var.till.id;
  const find = (): TillView | undefined => deps.desk.find(till, id);
  if (!find()) return unknown(context);
  const wait = readWait(context.req.query('wait'));
  if (!wait.ok) return problemResponse(context, wait.problem);
  if (wait.value > 0 && !(await waitForNews(deps, context, id, wait.value, find)))
    return problemResponse(context, refusal('till-unknown'));
  const view = find();
  if (!view) return unknown(context);
  const event = deps.desk.events(id, 0).at(-1)?.id ?? 0;
  return context.json({ ...view, event, ...forCashier(context, view) });
}

/** @returns false when the till was revoked meanwhile. */
async function waitForNews(deps: Deps, context: TillContext, id: string, ms: number, find: () => TillView | undefined) {
  const held = deps.access.hold(context.var.till.id);
  const signal = AbortSignal.any([held.signal, context.req.raw.signal, AbortSignal.timeout(ms)]);
  const any = context.req.query('after') !== undefined;
  const source = { events: deps.desk.events, listen: deps.desk.listen };
  for await (const _ of follow(source, find, id, lastSeen(context), signal)) if (any) break;
  held.release();
  return !held.signal.aborted;
}

function lastSeen(context: TillContext): number {
  const last = Number(context.req.header('last-event-id') ?? context.req.query('after') ?? 0);
  return Number.isSafeInteger(last) && last > 0 ? last : 0;
}

function answer(context: Context, asked: Asked, fresh: 200 | 201 = 200): Response {
  if (!asked.ok) {
    const message = refusalOf(asked.problem.code, languageOf(context.req.header('accept-language')));
    const problem = { ...asked.problem, ...(message && { message }) };
    return problemResponse(context, problem);
  }
  return context.json({ ...asked.view, ...forCashier(context, asked.view) }, asked.fresh ? fresh : 200);
}

/** What depends on who asks and when: the till's clock may be another one, and its language. */
function forCashier(context: Context, view: TillView): { readonly remainingMs: number; readonly message?: string } {
  const { outcome, reason } = view;
  if (outcome === undefined || reason === undefined)
    return { remainingMs: Math.max(0, Date.parse(view.expiresAt) - Date.now()) };
  const language = languageOf(context.req.header('accept-language'));
  return { remainingMs: 0, message: sentenceOf({ outcome, reason }, language) };
}

const bodyOf = (context: Context): Promise<string | undefined> => readBody(context.req.raw, MAX_BODY);
const unknown = (context: Context): Response => problemResponse(context, refusal('verification-unknown'));
