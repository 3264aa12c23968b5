import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attempt, problemSchema, type Verification } from '../contract/index.ts';
import { REFUSALS } from '../refusal.ts';
import { startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import type { TestKiosk } from '../testing/kiosk.ts';

let backend: TestBackend;
let kiosk: TestKiosk;
let paths: readonly string[];
beforeAll(async () => {
  backend = await startTestBackend({ attempts: 1 });
  kiosk = await backend.kiosk();
  const { id } = (await (await kiosk.ask(ZHANG)).json()) as Verification;
  const attempt = (await (await kiosk.attempt(id)).json()) as Attempt;
  paths = [
    '/v1/kiosks',
    '/v1/verifications',
    `/v1/verifications/${id}/cancel`,
    `/v1/verifications/${id}/retry`,
    `/v1/verifications/${id}/appeal`,
    '/v1/people',
    `/v1/verifications/${id}/attempts`,
    `/v1/verifications/${id}/attempts/${attempt.id}/evidence`,
    '/v1/verifications/none/attempts',
  ];
});
afterAll(() => backend.remove());

/** JSON that keeps to no schema, but looks as if it tried. */
const nearly = fc
  .tuple(
    fc.dictionary(
      fc.constantFrom('till', 'sale', 'channel', 'cardholder', 'by', 'reason', 'code', 'key', '__proto__'),
      fc.jsonValue(),
    ),
    fc.jsonValue(),
  )
  .map(([some, any]) => JSON.stringify({ ...some, cardholder: any }));
const body = fc.oneof(
  nearly,
  fc.json(),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constant('null'),
  fc.constant('[]'),
);

describe('any body on any route', () => {
  it('is answered with a problem of a known code, never with a fault, and leaks nothing', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.nat(), body, fc.boolean(), async (which, text, jose) => {
        const path = paths[which % paths.length]!;
        const headers = { 'content-type': jose ? 'application/jose' : 'application/json', 'idempotency-key': 'k' };
        const response = await kiosk.request({ method: 'POST', path, body: text, headers });
        const said = await response.text();
        statuses.add(response.status);
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
        expect(Object.keys(REFUSALS)).toContain(problemSchema.parse(JSON.parse(said)).code);
        expect(said).not.toMatch(/\w\.ts:\d|node_modules|SQLITE|11010519/);
      }),
      { numRuns: 400 },
    );
    expect(backend.faults).toEqual([]);
    expect(statuses.size).toBeGreaterThanOrEqual(3);
  });
  it('is not even looked at without a signature', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), body, fc.webPath(), async (which, text, tail) => {
        const path = paths[1 + (which % (paths.length - 1))]!;
        const response = await backend.app.request(path, { method: 'POST', body: text });
        expect(response.status).toBe(401);
        const stray = await backend.app.request(`/v1/verifications/x${tail}`, {
          headers: { 'last-event-id': text.replace(/[^\x21-\x7e]/g, '') },
        });
        expect([401, 404, 405]).toContain(stray.status);
      }),
      { numRuns: 150 },
    );
  });
});
