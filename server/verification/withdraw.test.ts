import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem, Verification } from '../contract/index.ts';
import { json } from '../testing/answers.ts';
import { startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import type { TestKiosk } from '../testing/kiosk.ts';

let backend: TestBackend;
let kiosk: TestKiosk;
beforeAll(async () => {
  backend = await startTestBackend();
  kiosk = await backend.kiosk();
});
afterAll(async () => {
  expect(backend.faults).toEqual([]);
  await backend.remove();
});

const withdraw = (by: TestKiosk, key: string, till = 'T-1') =>
  json<{ verification: Verification | null }>(
    by.request({ method: 'POST', path: '/v1/verifications/withdraw', json: { till, key } }),
  );

describe('a question whose answer never came', () => {
  it('is told what came of it, to the kiosk and for the till that asked', async () => {
    const asked = await json<Verification>(kiosk.ask(ZHANG, { key: 'w1' }));
    expect(await withdraw(kiosk, 'w1')).toEqual({ verification: asked });
    expect(await withdraw(kiosk, 'w1', 'T-2')).toEqual({ verification: null });
    expect(await withdraw(await backend.kiosk(), 'w1')).toEqual({ verification: null });
    expect((await json<Verification>(kiosk.ask(ZHANG, { key: 'w1' }))).id).toBe(asked.id);
    await kiosk.cancel(asked.id);
    expect((await withdraw(kiosk, 'w1')).verification?.state).toBe('cancelled');
  });
  it('of which nothing came makes nothing later, however often it is taken back', async () => {
    expect(await withdraw(kiosk, 'w2')).toEqual({ verification: null });
    expect(await withdraw(kiosk, 'w2')).toEqual({ verification: null });
    const late = await kiosk.ask(ZHANG, { key: 'w2' });
    expect([late.status, (await json<Problem>(late)).code]).toEqual([409, 'question-withdrawn']);
  });
  it('and that is under way at the same moment either became a verification that is told, or never becomes one', async () => {
    const seen = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.nat(4), fc.nat(4), async (key, one, other) => {
        const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
        const [asked, { verification }] = await Promise.all([
          later(one).then(() => kiosk.ask(ZHANG, { key })),
          later(other).then(() => withdraw(kiosk, key)),
        ]);
        const made = await json<Verification>(kiosk.ask(ZHANG, { key }));
        expect(verification?.id).toBe(asked.ok ? made.id : undefined);
        if (verification) await kiosk.cancel(verification.id);
        seen.add(asked.ok);
      }),
      { numRuns: 60 },
    );
    expect(seen.size).toBe(2);
  });
});
