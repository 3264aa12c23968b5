import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../liveness/index.ts';
import { type Attempt, type Evidence, problemSchema, type Verification } from '../contract/index.ts';
import { describeApi } from '../openapi/describe.ts';
import { REFUSALS } from '../refusal.ts';
import { LI, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { LIVE } from '../testing/faces.ts';
import type { TestKiosk } from '../testing/kiosk.ts';
import { nearly, type Schemas, spoiling } from '../testing/nonsense.ts';
import { COMMON_REFUSALS, SIGNED_REFUSALS } from './operation.ts';
import { OPERATIONS } from './table.ts';

let backend: TestBackend;
let kiosk: TestKiosk;
/** What stands for the names in an address: real ids, and others. */
let ids: Readonly<Record<'id' | 'attempt', readonly string[]>>;
beforeAll(async () => {
  backend = await startTestBackend();
  kiosk = await backend.kiosk();
  const other = await backend.kiosk();
  const { id } = (await (await kiosk.ask(ZHANG)).json()) as Verification;
  const attempt = (await (await kiosk.attempt(id)).json()) as Attempt;
  const theirs = (await (await other.ask(LI)).json()) as Verification;
  const odd = ['none', '..', '%00', '%2e%2e%2f', 'a'.repeat(300), '%E0%A4%A', '*', "'", '%F0%9F%98%80'];
  ids = { id: [id, theirs.id, ...odd], attempt: [attempt.id, ...odd] };
});
afterAll(async () => {
  expect(backend.faults).toEqual([]);
  await backend.remove();
});

const document = describeApi(OPERATIONS);
const schemas = document.components?.schemas as Schemas;
/** As the document has it: what a client knows of the body. */
function bodyOf(id: string): fc.Arbitrary<string> {
  const methods = Object.values(document.paths ?? {}).flatMap((each) => Object.values(each));
  const described = methods.find(({ operationId }) => operationId === id);
  const [content] = Object.values(described?.requestBody?.content ?? {}) as { schema?: Parameters<typeof nearly>[0] }[];
  const fitting = nearly(content?.schema ?? {}, schemas).map((value) => JSON.stringify(value) ?? '');
  const anything = fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('null', '[]', '{'));
  return fc.oneof({ weight: 5, arbitrary: fitting }, { weight: 1, arbitrary: anything });
}
const pick = (of: readonly string[]) => fc.constantFrom(...of);
const fill = (path: string, id: string, attempt: string) => path.replace(':id', id).replace(':attempt', attempt);
const header = fc.oneof(
  fc.constantFrom('k', '1', '-1', '9'.repeat(30), 'x'.repeat(129)),
  fc.stringMatching(/^[!-~]{1,20}$/),
);
const SECRET = /\w\.ts:\d|node_modules|SQLITE|at Object|11010519491231002X|440524188001010014|张小敏|李娜/;

describe('schema-aware nonsense, on every route, from a kiosk that signs it', () => {
  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    '%s answers what the document says, never with a fault, and leaks nothing',
    async (id, { method, path, refusals, answers, by, body }) => {
      const known = [...refusals, ...COMMON_REFUSALS, ...(by === 'kiosk' ? SIGNED_REFUSALS : []), 'route-unknown'];
      const seen = new Set<number>();
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 99 }),
          fc.integer({ min: 0, max: 99 }),
          bodyOf(id),
          header,
          async (a, b, text, value) => {
            const at = fill(path, ids.id[a % ids.id.length]!, ids.attempt[b % ids.attempt.length]!);
            const type = body?.type ?? 'application/json';
            const headers = { 'content-type': type, 'idempotency-key': value, 'last-event-id': value };
            const sent = { method, path: at, headers, ...(method === 'POST' ? { body: text } : {}) };
            const response = await kiosk.request(sent);
            seen.add(response.status);
            // A stream has no end while its verification goes on.
            if (response.headers.get('content-type') === 'text/event-stream')
              return void (await response.body?.cancel());
            const said = await response.text();
            expect(response.status).toBeLessThan(500);
            expect(said).not.toMatch(SECRET);
            if (response.ok) {
              expect(answers.map(({ status: fine }) => fine)).toContain(response.status);
              return;
            }
            const { code, status } = problemSchema.parse(JSON.parse(said));
            expect(status).toBe(response.status);
            expect(known).toContain(code);
            expect(Object.keys(REFUSALS)).toContain(code);
          },
        ),
        { numRuns: 120 },
      );
      expect(seen.size).toBeGreaterThan(0);
    },
    20_000,
  );
  it('gets through now and then, so that more than the door is tried', async () => {
    const statuses = new Set<number>();
    const eager = await backend.kiosk();
    await fc.assert(
      fc.asyncProperty(bodyOf('createVerification'), fc.uuid(), async (body, key) => {
        const headers = { 'content-type': 'application/json', 'idempotency-key': key };
        const response = await eager.request({ method: 'POST', path: '/v1/verifications', body, headers });
        statuses.add(response.status);
        if (response.ok) await eager.cancel(((await response.json()) as Verification).id);
      }),
      { numRuns: 400 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([201, 404, 422]));
  }, 20_000);
});

describe('nonsense in the place of evidence, sealed and signed as evidence is', () => {
  it('is refused, or decided without a fault, and leaks nothing', async () => {
    // The real judge looks at all of it; what it says does not keep the rest from being looked at.
    const looked: typeof judge = (plan, transcript) => ({ ...judge(plan, transcript), ...LIVE });
    const other = await startTestBackend({ judge: looked });
    const [who, seen] = [await other.kiosk(), new Set<number>()];
    await fc.assert(
      fc.asyncProperty(spoiling, async (spoil) => {
        const { id } = (await (await who.ask(ZHANG)).json()) as Verification;
        const attempt = (await (await who.attempt(id)).json()) as Attempt;
        const evidence = spoil(await who.evidenceFor(attempt)) as Evidence;
        const response = await who.hand(attempt, await who.seal(evidence));
        seen.add(response.status);
        const said = await response.text();
        expect([202, 422]).toContain(response.status);
        expect(said).not.toMatch(SECRET);
        if (response.status === 422) return void (await who.cancel(id));
        const { result } = await untilEnded(who, id);
        expect(['verified', 'rejected']).toContain(result?.outcome);
      }),
      { numRuns: 80 },
    );
    expect([...seen].sort()).toEqual([202, 422]);
    expect(other.faults).toEqual([]);
    await other.remove();
  }, 30_000);
});

describe('any request without a signature', () => {
  it('is not even looked at', async () => {
    const signed = OPERATIONS.filter(({ by }) => by === 'kiosk');
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.json(), pick(['id', 'none']), async (which, text, id) => {
        const { method, path } = signed[which % signed.length]!;
        const init = { method, ...(method === 'POST' ? { body: text } : {}) };
        expect((await backend.app.request(fill(path, id, id), init)).status).toBe(401);
      }),
      { numRuns: 100 },
    );
  });
  it('whose signature was made up is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (input, signature) => {
        const clean = (text: string) => text.replace(/[^\t\x20-\x7e]/g, '?');
        const headers = { 'signature-input': clean(input), signature: clean(signature) };
        expect((await backend.app.request('/v1/verifications/x', { headers })).status).toBe(401);
      }),
      { numRuns: 100 },
    );
  });
});

describe('any address', () => {
  it('that is not in the table is nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.webPath(), fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'), async (path, method) => {
        const response = await backend.app.request(`/v1${path}`, { method });
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
  });
  it('takes its own methods only, and says which', async () => {
    for (const { path, method } of OPERATIONS) {
      const response = await backend.app.request(fill(path, 'x', 'y'), { method: 'DELETE' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, expect.stringContaining(method)]);
    }
  });
});
