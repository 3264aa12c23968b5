import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type AuthorityName, controlSchema, type Faults } from './faults.ts';
import { listPage } from './list.ts';
import { behave, type Env, type Slowness } from './misbehave.ts';
import type { Provider } from './provider.ts';
import { createProviders, type ProviderDeps } from './providers.ts';

export type SandboxDeps = ProviderDeps &
  Slowness & {
    /** `slowMs`: how late a slow answer comes. `stopping`: ends the waiting when the sandbox stops. */
    readonly faults: Faults;
  };

/** Bank, police registry and insurer, one server, the wire formats of the real ones. */
export function createSandboxApp(deps: SandboxDeps): Hono<Env> {
  const { people, faults } = deps;
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    await next();
    // An answer that was cut has its headers already. (A test may call the app without a socket.)
    if (!c.env?.outgoing?.headersSent) c.header('x-sandbox', '1');
  });
  app.use(bodyLimit({ maxSize: 5 * 1024 * 1024, onError: (c) => c.json({ title: 'at most 5 MiB' }, 413) }));
  app.get('/', (c) => c.json({ name: 'sandbox of three authorities', people: people.map(({ key }) => key) }));
  app.get('/people', (c) => c.html(listPage(people, faults.modes())));
  app.get('/control', (c) => c.json(faults.modes()));
  app.post('/control', async (c) => {
    const change = controlSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!change.success) return c.json({ title: 'expected {authority, mode}', issues: change.error.issues }, 400);
    faults.set(change.data.authority, change.data.mode);
    return c.json(faults.modes());
  });
  const providers = createProviders(deps);
  app.post('/nhsa/*', serve('insurer', providers.insurer, deps));
  app.post('/bank/', serve('bank', providers.bank, deps));
  app.post('/police/', serve('police', providers.police, deps));
  app.onError((_error, c) => c.json({ title: 'the sandbox failed' }, 500));
  return app;
}

function serve(authority: AuthorityName, provider: Provider, deps: SandboxDeps) {
  return async (c: Context<Env>): Promise<Response> => {
    const { method, url, headers } = c.req.raw;
    const body = new Uint8Array(await c.req.arrayBuffer());
    const heard = provider({ method, url: new URL(url), headers, body });
    return behave(c, deps.faults.next(authority, heard.about?.behaviour), heard, deps);
  };
}
