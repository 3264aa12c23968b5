import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createGatewayCheck } from './check-gateway.ts';
import { checkTc3 } from './check-tc3.ts';
import type { Credentials } from './credentials.ts';
import { type AuthorityName, controlSchema, type Faults } from './faults.ts';
import { answerNhsa, nhsaBody } from './nhsa.ts';
import type { SandboxPerson } from './people.ts';
import type { CompareFaces } from './similarity.ts';
import { answerBank, answerPolice, tencentBody, tencentError } from './tencent.ts';

export type SandboxDeps = {
  readonly people: readonly SandboxPerson[];
  readonly compare: CompareFaces;
  readonly credentials: Credentials;
  readonly faults: Faults;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly slowMs: number;
  /** Ends the waiting of slow answers when the sandbox stops. */
  readonly stopping: AbortSignal;
};

type Env = { Bindings: HttpBindings };
type Call = { readonly body: Uint8Array; readonly input: unknown; readonly idNumber: string | undefined };
/** How one authority answers: `signatureError` as if the signature were wrong, `answer` for real. */
type Provider = { readonly signatureError: () => unknown; readonly answer: (c: Context<Env>, call: Call) => unknown };

/** Bank, police registry and insurer, one server, the wire formats of the real ones. */
export function createSandboxApp(deps: SandboxDeps): Hono<Env> {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    await next();
    c.header('x-sandbox', '1');
  });
  app.use(bodyLimit({ maxSize: 5 * 1024 * 1024, onError: (c) => c.json({ title: 'at most 5 MiB' }, 413) }));
  app.get('/', (c) => c.json({ name: 'sandbox of three authorities', people: deps.people.map(({ key }) => key) }));
  app.get('/control', (c) => c.json(deps.faults.modes()));
  app.post('/control', async (c) => {
    const change = controlSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!change.success) return c.json({ title: 'expected {authority, mode}', issues: change.error.issues }, 400);
    deps.faults.set(change.data.authority, change.data.mode);
    return c.json(deps.faults.modes());
  });
  const gatewayCheck = createGatewayCheck(deps.credentials, deps.now);
  app.post('/nhsa/*', serve('insurer', nhsaProvider(deps, gatewayCheck), deps));
  app.post('/bank/', serve('bank', tencentProvider(deps, 'BankCard4EVerification'), deps));
  app.post('/police/', serve('police', tencentProvider(deps, 'ImageRecognitionV2'), deps));
  app.onError((_error, c) => c.json({ title: 'the sandbox failed' }, 500));
  return app;
}

function nhsaProvider(deps: SandboxDeps, check: (headers: Headers) => string | undefined): Provider {
  const refusal = (message: string) => nhsaBody(deps.now(), { infcode: -1, err_msg: message });
  return {
    signatureError: () => refusal('签名验证失败'),
    answer: (c, call) => {
      const wrong = check(c.req.raw.headers);
      if (wrong !== undefined) return refusal(wrong);
      return answerNhsa(call.input, deps.people, deps.credentials.fixmedinsCode, deps.now());
    },
  };
}

function tencentProvider(deps: SandboxDeps, action: 'BankCard4EVerification' | 'ImageRecognitionV2'): Provider {
  return {
    signatureError: () => tencentBody(tencentError('AuthFailure.SignatureFailure')),
    answer: async (c, call) => {
      const { pathname, search } = new URL(c.req.url);
      const { method, raw } = c.req;
      const signed = { method, path: pathname, query: search.slice(1), headers: raw.headers, body: call.body };
      const wrong = checkTc3(signed, deps.credentials, deps.now());
      if (wrong !== undefined) return tencentBody(tencentError(wrong));
      if (c.req.header('x-tc-action') !== action) return tencentBody(tencentError('InvalidAction'));
      if (c.req.header('x-tc-version') !== '2018-03-01') return tencentBody(tencentError('NoSuchVersion'));
      if (action === 'BankCard4EVerification') return tencentBody(answerBank(call.input, deps.people));
      const result = await answerPolice(call.input, deps.people, deps.compare).catch(() => undefined);
      return tencentBody(result ?? tencentError('InternalError.UnKnown'));
    },
  };
}

function serve(authority: AuthorityName, provider: Provider, deps: SandboxDeps) {
  return async (c: Context<Env>): Promise<Response> => {
    const call = await readCall(c);
    const person = deps.people.find(({ idNumber }) => idNumber === call.idNumber);
    const mode = deps.faults.next(authority, person?.behaviour);
    if (mode === 'down') {
      // As if nobody listened: no status, no body, the line is cut.
      c.env.incoming.socket.destroy();
      return c.body(null, 503);
    }
    if (mode === 'slow') {
      const signal = AbortSignal.any([c.req.raw.signal, deps.stopping]);
      await sleep(deps.slowMs, undefined, { signal }).catch(() => undefined);
    }
    if (mode === 'malformed') return c.body('{"Response":{"Result":"0","infcode":0', 200, JSON_TYPE);
    if (mode === 'huge') return c.body(`{"filler":"${'x'.repeat(3 * 1024 * 1024)}"}`, 200, JSON_TYPE);
    if (mode === 'wrong-signature') return c.json(provider.signatureError() as object);
    return c.json((await provider.answer(c, call)) as object);
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** The ID number is looked for in both wire formats, only to find out whether the person is scripted to misbehave. */
async function readCall(c: Context<Env>): Promise<Call> {
  const body = new Uint8Array(await c.req.arrayBuffer());
  try {
    const input = JSON.parse(Buffer.from(body).toString('utf8'));
    const idNumber = input?.IdCard ?? input?.input?.data?.mdtrt_cert_no;
    return { body, input, idNumber: typeof idNumber === 'string' ? idNumber : undefined };
  } catch {
    return { body, input: undefined, idNumber: undefined };
  }
}
