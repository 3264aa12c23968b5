import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../kiosk/simulator/testing.ts';
import { pair } from './pair.ts';
import { type Mishap, openProxy } from './testing/proxy.ts';
import { createTill } from './till.ts';

const DEADLINE_MS = 8000;

const bytes = fc.oneof(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 4000 }));
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Mishap>({ kind: 'none' }) },
  fc.constant<Mishap>({ kind: 'refuse' }),
  fc.constant<Mishap>({ kind: 'twice' }),
  fc.integer({ min: 1, max: 120 }).map<Mishap>((ms) => ({ kind: 'late', ms })),
  fc.record({ kind: fc.constant('cut' as const), way: fc.constantFrom('there', 'back'), at: bytes }),
  fc.record({ kind: fc.constant('swallow' as const), at: bytes }),
);

describe('a till on a line that does its worst', () => {
  let simulator: TestSimulator;
  let key: string;
  beforeAll(async () => {
    simulator = await startTestSimulator({ pace: 0.005 });
    const paired = await pair({ url: simulator.url, name: 'a', pin: '', code: async () => simulator.code() });
    if (!paired.ok) throw new Error(paired.problem.code);
    key = paired.value.key;
  });
  afterAll(() => simulator.remove());

  it('never makes two verifications of a sale, never waits past its deadline, and learns what the kiosk holds', async () => {
    let count = 0;
    const direct = createTill({ url: simulator.url, key });
    await fc.assert(
      fc.asyncProperty(
        fc.array(mishap, { minLength: 1, maxLength: 8 }),
        fc.constantFrom('S', 'SIM-RETRY', 'SIM-CONSENT-REFUSED', 'SIM-BANK-MISMATCH'),
        fc.constantFrom('stream' as const, 'poll' as const),
        async (mishaps, what, events) => {
          const sale = `${what}.${++count}`;
          let turn = 0;
          const proxy = await openProxy(simulator.port, () => mishaps[turn++] ?? { kind: 'none' });
          const url = `http://127.0.0.1:${proxy.port}`;
          const till = createTill({ url, key, events, requestMs: 250, callMs: 3000 });
          const began = performance.now();
          const learned = await till.verify(
            { sale, cardholder: { idNumber: '11010519491231002X' } },
            { limitMs: 5000 },
          );
          expect(performance.now() - began).toBeLessThan(DEADLINE_MS);
          await proxy.close();
          const held = await direct.recover(sale);
          if (!held.ok) throw new Error(held.problem.code);
          expect(held.value.verifications.length).toBeLessThanOrEqual(1);
          // What it could not learn in its time it learns when it asks again; what it learned is what is held.
          const again = learned.ok
            ? learned
            : await direct.verify({ sale, cardholder: { idNumber: '11010519491231002X' } });
          if (!again.ok) throw new Error(again.problem.code);
          const kept = await direct.findBySale(sale);
          if (!kept.ok) throw new Error(kept.problem.code);
          expect(kept.value.verifications.map(({ outcome, verification }) => [outcome, verification])).toEqual([
            [again.value.outcome, again.value.verification],
          ]);
        },
      ),
      { numRuns: 20 },
    );
  }, 120_000);
});
