import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem, Verification } from '../contract/index.ts';
import { startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import type { TestKiosk } from '../testing/kiosk.ts';
import { type Place, storeEngines } from '../testing/stores.ts';

/** Texts that one database or the other cannot take, or takes for something else. */
const ODD = ['%00', 'a%00b', '..', '%2e%2e%2f', '%E0%A4%A', '%ED%A0%80', '%F0%9F%98%80', "'", '*', 'a'.repeat(300)];
const JSON_TYPE = { 'content-type': 'application/json', 'idempotency-key': 'k' };
const EVIDENCE = { 'content-type': 'application/jose' };

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`what no id looks like, on ${engine.title}`, () => {
    let place: Place;
    let backend: TestBackend;
    let kiosk: TestKiosk;
    beforeAll(async () => {
      await engine.start();
      place = await engine.place();
      backend = await startTestBackend({ database: place.database });
      kiosk = await backend.kiosk();
    }, 60_000);
    afterAll(async () => {
      await backend?.remove();
      await place?.close();
      await engine.remove();
    }, 60_000);
    const said = async (answer: Promise<Response>) => {
      const response = await answer;
      return [response.status, ((await response.json()) as Problem).code];
    };

    it.each(ODD)('is no verification and no attempt: %s', async (odd) => {
      const unknown = expect.stringMatching(/^(verification|route)-unknown$/);
      for (const what of ['', '/events'])
        expect(await said(kiosk.request({ method: 'GET', path: `/v1/verifications/${odd}${what}` }))).toEqual([
          404,
          unknown,
        ]);
      for (const what of ['attempts', 'retry', `attempts/${odd}/evidence`]) {
        const [body, headers] = what.endsWith('evidence') ? ['x', EVIDENCE] : ['{}', JSON_TYPE];
        const path = `/v1/verifications/${odd}/${what}`;
        expect(await said(kiosk.request({ method: 'POST', path, body, headers }))).toEqual([404, unknown]);
      }
      expect(backend.faults).toEqual([]);
    });
    it('is no attempt of a verification that there is, and no relative', async () => {
      for (const person of ['\u0000', 'a\u0000', '\ud800', '𠮷', ' '])
        expect(await said(kiosk.ask(ZHANG, { more: { subject: { who: 'relative', person } } }))).toEqual([
          422,
          'validation-failed',
        ]);
      const { id } = (await (await kiosk.ask(ZHANG)).json()) as Verification;
      for (const attempt of ['%00', '%F0%9F%98%80', 'x']) {
        const path = `/v1/verifications/${id}/attempts/${attempt}/evidence`;
        const handed = kiosk.request({ method: 'POST', path, body: 'x', headers: EVIDENCE });
        expect(await said(handed)).toEqual([404, 'attempt-unknown']);
      }
      expect(backend.faults).toEqual([]);
    });
  });
