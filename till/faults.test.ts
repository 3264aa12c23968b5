import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import { startTestSimulator } from '../kiosk/simulator/testing.ts';
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

/** Kiosks with a till each, side by side: most of the time a line is waited for. */
const LANES = [1, 2, 3, 4];
const seed = fc.readConfigureGlobal().seed ?? Date.now();

async function openLane({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const simulator = await startTestSimulator({ pace: 0.005 });
  onTestFinished(simulator.remove);
  const paired = await pair({ url: simulator.url, name: 'a', pin: '', code: async () => simulator.code() });
  if (!paired.ok) throw new Error(paired.problem.code);
  return { simulator, key: paired.value.key };
}

describe.concurrent('a till on a line that does its worst', () => {
  it.for(LANES)(
    'never makes two verifications of a sale, never waits past its deadline, and learns what the kiosk holds (%i)',
    async (lane, test) => {
      const { simulator, key } = await openLane(test);
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
        { numRuns: 5, seed: seed + lane },
      );
    },
    120_000,
  );
});
