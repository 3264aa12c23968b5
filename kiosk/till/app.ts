import { type Context, Hono } from 'hono';
import { guardOrigin } from '../http/origin.ts';
import { servePages } from '../pages/serve.ts';
import { problemOfFault, refusal } from '../problems.ts';
import { problemResponse } from './answer.ts';
import { identifyTill } from './auth.ts';
import type { TillAppDeps } from './deps.ts';
import type { TillEnv } from './env.ts';
import { routePairings } from './pairing-routes.ts';
import { OVER_SERIAL } from './serial.ts';
import { routeVerifications } from './verification-routes.ts';
import { routeWebhook } from './webhooks/routes.ts';

/** The interface for tills, version 1: one question, one outcome. Errors are problem+json with stable codes. */
export function createTillApp(deps: TillAppDeps): Hono<TillEnv> {
  const app = new Hono<TillEnv>();
  // Without keys whoever is on this machine is the till: a page of another site must not be.
  app.use(guardOrigin({ loopbackHost: deps.local }));
  app.get('/healthz', (context) => {
    const health = deps.health();
    return context.json(health, health.ok ? 200 : 503);
  });
  app.get('/v1/kiosk', (context) => context.json({ interface: 'v1', ...deps.about() }));
  const pin = ({ env }: Context) => (env === OVER_SERIAL ? '' : deps.about().fingerprint);
  routePairings(app, deps.pairings, pin);
  app.use('/v1/*', async (context, next) => {
    const till = identifyTill(context.req.header('authorization'), deps);
    if (till === undefined) return problemResponse(context, refusal('till-unknown'));
    context.set('till', till);
    context.header('cache-control', 'no-store');
    await next();
  });
  routeVerifications(app, deps);
  routeWebhook(app, deps.webhooks);
  servePages(app, deps.pages);
  app.notFound((context) => problemResponse(context, refusal('not-found')));
  app.onError((error, context) => {
    deps.fault(error);
    return problemResponse(context, problemOfFault(error));
  });
  return app;
}
