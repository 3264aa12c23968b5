import { Hono } from 'hono';
import { routePath } from 'hono/route';
import type { JWK } from 'jose';
import { MAX_EVIDENCE_BYTES } from './contract/seal.ts';
import { ServerError } from './error.ts';
import { problemResponse } from './http/problem.ts';
import { type SignedEnv, signedBy } from './http/signed.ts';
import type { ListDeps } from './people/list.ts';
import { type Refusal, refuse } from './refusal.ts';
import { type EnrolDeps, enrolKiosk } from './routes/enrol.ts';
import { type EventDeps, streamEvents } from './routes/events.ts';
import { postPeople } from './routes/people.ts';
import {
  getVerification,
  postAppeal,
  postAttempt,
  postCancel,
  postEvidence,
  postRetry,
  postVerification,
  type RouteDeps,
} from './routes/verifications.ts';

export type AppDeps = RouteDeps &
  EventDeps &
  EnrolDeps &
  ListDeps & {
    readonly jwks: { readonly keys: readonly JWK[] };
    /** What is not ready, in words; undefined when everything is. */
    readonly unready: () => Promise<string | undefined>;
    /** One line a request. */
    readonly access: (line: AccessLine) => void;
    readonly fault: (error: unknown) => void;
  };

export type AccessLine = {
  readonly method: string;
  /** The route's pattern: what stood in its place is not logged. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly kiosk?: string;
};

const JSON_LIMIT = 64 * 1024;

/** The backend as a function of a request: everything outside comes in by `deps`. */
export function createApp(deps: AppDeps): Hono<SignedEnv> {
  const app = new Hono<SignedEnv>();
  app.use(async (context, next) => {
    const start = deps.world.now();
    await next();
    const { method } = context.req;
    const line = { method, route: routePath(context, -1), status: context.res.status, ms: deps.world.now() - start };
    deps.access(context.var.kiosk ? { ...line, kiosk: context.var.kiosk.id } : line);
  });
  app.onError((error) => {
    deps.fault(error);
    const gone = error instanceof ServerError && error.code === 'database-unavailable';
    if (gone) return problemResponse(refuse('not-ready', 'database'), { 'retry-after': '2' });
    return problemResponse(refuse('internal-fault'));
  });
  app.notFound(() => problemResponse(refuse('route-unknown')));
  addOpenRoutes(app, deps);
  addKioskRoutes(app, deps);
  return app;
}

/** What anybody may reach. */
function addOpenRoutes(app: Hono<SignedEnv>, deps: AppDeps): void {
  app.get('/healthz', () => Response.json({ status: 'alive' }));
  app.get('/readyz', async () => {
    const why = await deps.unready();
    return why === undefined ? Response.json({ status: 'ready' }) : problemResponse(refuse('not-ready', why));
  });
  app.get('/.well-known/jwks.json', () =>
    Response.json(deps.jwks, { headers: { 'content-type': 'application/jwk-set+json', 'cache-control': 'no-cache' } }),
  );
  app.post('/v1/kiosks', enrolKiosk(deps));
  for (const path of ['/healthz', '/readyz', '/.well-known/jwks.json']) app.all(path, only('GET, HEAD'));
  app.all('/v1/kiosks', only('POST'));
}

/** What only a kiosk reaches, by its signature. */
function addKioskRoutes(app: Hono<SignedEnv>, deps: AppDeps): void {
  const one = '/v1/verifications/:id';
  const signed = signedBy(deps, JSON_LIMIT);
  app.post('/v1/verifications', signed, postVerification(deps));
  app.get(one, signed, getVerification(deps));
  app.get(`${one}/events`, signed, streamEvents(deps));
  app.post(`${one}/attempts`, signed, postAttempt(deps));
  app.post(`${one}/attempts/:attempt/evidence`, signedBy(deps, MAX_EVIDENCE_BYTES), postEvidence(deps));
  app.post(`${one}/cancel`, signed, postCancel(deps));
  app.post(`${one}/retry`, signed, postRetry(deps));
  app.post(`${one}/appeal`, signed, postAppeal(deps));
  app.post('/v1/people', signed, postPeople(deps));
  for (const path of [one, `${one}/events`]) app.all(path, only('GET, HEAD'));
  for (const path of ['attempts', 'attempts/:attempt/evidence', 'cancel', 'retry', 'appeal'])
    app.all(`${one}/${path}`, only('POST'));
  for (const path of ['/v1/verifications', '/v1/people']) app.all(path, only('POST'));
}

const only = (allow: string) => () => {
  const refusal: Refusal = refuse('method-not-allowed', `allowed here: ${allow}`);
  return problemResponse(refusal, { allow });
};
