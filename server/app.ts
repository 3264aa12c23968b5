import { Hono } from 'hono';
import { routePath } from 'hono/route';
import { ServerError } from './error.ts';
import type { AccessLine } from './http/access.ts';
import { createSeenNonces, Replayed, type SeenNonces } from './http/nonce.ts';
import { problemResponse } from './http/problem.ts';
import { type SignedEnv, signedBy } from './http/signed.ts';
import { describeApi } from './openapi/describe.ts';
import { renderPage } from './openapi/page.ts';
import { refuse } from './refusal.ts';
import type { Operation } from './routes/operation.ts';
import { OPERATIONS, type TableDeps } from './routes/table.ts';

export type AppDeps = TableDeps & {
  /** One line a request. */
  readonly access: (line: AccessLine) => void;
  readonly fault: (error: unknown) => void;
};

/** Bytes of a body where none is expected. */
const NO_BODY = 1024;

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
    if (error instanceof Replayed) return problemResponse(refuse('nonce-replayed'));
    deps.fault(error);
    const gone = error instanceof ServerError && error.code === 'database-unavailable';
    if (gone) return problemResponse(refuse('not-ready', 'database'), { 'retry-after': '2' });
    return problemResponse(refuse('internal-fault'));
  });
  app.notFound(() => problemResponse(refuse('route-unknown')));
  const seen = createSeenNonces();
  for (const operation of OPERATIONS) addOperation(app, deps, operation, seen);
  addDocument(app);
  for (const [path, methods] of methodsByPath()) app.all(path, only(methods));
  return app;
}

function addOperation(app: Hono<SignedEnv>, deps: AppDeps, operation: Operation<TableDeps>, seen: SeenNonces): void {
  const { method, path, by, body } = operation;
  const handle = operation.open(deps);
  if (by === 'anybody') app.on(method, path, handle);
  else app.on(method, path, signedBy(deps, body?.limit ?? NO_BODY, seen), handle);
}

/** The interface described: for programs, and for people. */
function addDocument(app: Hono<SignedEnv>): void {
  const document = describeApi(OPERATIONS);
  const [text, page] = [JSON.stringify(document), renderPage(document)];
  const kept = { 'cache-control': 'max-age=300' };
  app.get('/openapi.json', (context) => context.body(text, 200, { ...kept, 'content-type': 'application/json' }));
  app.get('/docs', (context) =>
    context.body(page, 200, {
      ...kept,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }),
  );
}

function methodsByPath(): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>([
    ['/openapi.json', ['GET', 'HEAD']],
    ['/docs', ['GET', 'HEAD']],
  ]);
  for (const { path, method } of OPERATIONS)
    all.set(path, [...(all.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  return all;
}

const only = (methods: readonly string[]) => () => {
  const allow = methods.join(', ');
  return problemResponse(refuse('method-not-allowed', `allowed here: ${allow}`), { allow });
};
