import type { JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verification } from '../contract/index.ts';
import { readReceipt } from '../contract/receipt.ts';
import { retain } from '../keep/retention.ts';
import { json, problem } from '../testing/answers.ts';
import { LI, saying, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { movableWorld, tryOnce } from '../testing/course.ts';
import type { TestKiosk } from '../testing/kiosk.ts';

let backend: TestBackend;
let kiosk: TestKiosk;
let forward: (ms: number) => void;
/** Whether a still is handed over: without one a round is rejected. */
const REFUSED = { still: undefined } as const;
beforeEach(async () => {
  const moved = movableWorld();
  forward = moved.forward;
  backend = await startTestBackend({ world: moved.world, sweepMs: 20 });
  kiosk = await backend.kiosk();
});
afterEach(async () => {
  expect(backend.faults).toEqual([]);
  await backend.remove();
});
const ask = async (idNumber = ZHANG) => (await json<Verification>(kiosk.ask(idNumber))).id;
const receiptOf = async ({ result }: Verification) => {
  const read = await readReceipt(result!.receipt, await json<JSONWebKeySet>(backend.app.request(JWKS)));
  return read.ok ? read.receipt : read.message;
};
const JWKS = '/.well-known/jwks.json';

describe('a refused verification', () => {
  it('is tried again as the same verification, with new time, and may then succeed', async () => {
    const id = await ask();
    const refused = await tryOnce(kiosk, id, REFUSED);
    expect(refused).toMatchObject({ state: 'rejected', round: 1, rounds: 3, result: { next: ['retry', 'appeal'] } });
    forward(30_000);
    const again = await json<Verification>(kiosk.change(id, 'retry'));
    expect(again).toMatchObject({ id, state: 'waiting', round: 2, answered: [] });
    expect(again.result).toBeUndefined();
    expect(Date.parse(again.expiresAt)).toBeGreaterThan(Date.parse(refused.expiresAt));
    const verified = await tryOnce(kiosk, id);
    expect(verified).toMatchObject({ id, state: 'verified', round: 2, result: { next: [] } });
    expect(await receiptOf(refused)).toMatchObject({ round: 1, outcome: 'rejected', verification: id });
    expect(await receiptOf(verified)).toMatchObject({ round: 2, outcome: 'verified', verification: id });
  });
  it('that is tried again at the last moment keeps its people for as long as it lives', async () => {
    const id = await ask();
    await tryOnce(kiosk, id, REFUSED);
    forward(59_000);
    expect((await kiosk.change(id, 'retry')).status).toBe(200);
    forward(60_000);
    await retain(backend.store, { eventsDays: 30, verificationsDays: 30 });
    expect(await tryOnce(kiosk, id)).toMatchObject({ state: 'verified', round: 2 });
  });
  it('asked twice to be tried again begins one round', async () => {
    const id = await ask();
    await tryOnce(kiosk, id, REFUSED);
    const answers = await Promise.all([1, 2, 3].map(() => kiosk.change(id, 'retry')));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect((await kiosk.find(id)).round).toBe(2);
  });
  it('has three rounds, and then no more', async () => {
    const id = await ask();
    for (let round = 1; round <= 3; round++) {
      expect((await tryOnce(kiosk, id, REFUSED)).round).toBe(round);
      if (round < 3) expect((await kiosk.change(id, 'retry')).status).toBe(200);
    }
    expect((await kiosk.find(id)).result?.next).toEqual(['appeal']);
    expect(await problem(kiosk.change(id, 'retry'))).toEqual([409, 'attempt-limit']);
  });
  it('whose attempts were all opened is not tried again: there would be none left for it', async () => {
    const id = await ask();
    await kiosk.attempt(id);
    await kiosk.attempt(id);
    await tryOnce(kiosk, id, REFUSED);
    expect(await problem(kiosk.change(id, 'retry'))).toEqual([409, 'attempt-limit']);
    expect((await kiosk.change(id, 'appeal', { by: 'subject' })).status).toBe(200);
  });
  it('waits for its turn when the kiosk serves somebody else, and not for ever', async () => {
    const id = await ask();
    await tryOnce(kiosk, id, REFUSED);
    await ask(LI);
    expect(await problem(kiosk.change(id, 'retry'))).toEqual([409, 'kiosk-busy']);
    forward(61_000);
    expect(await problem(kiosk.change(id, 'retry'))).toEqual([409, 'reopen-late']);
  });
  it('because the bank knows the person otherwise is not tried again', async () => {
    const other = await startTestBackend({
      authorities: [saying('bank', { outcome: 'mismatch' }), saying('police'), saying('insurer')],
    });
    const there = await other.kiosk();
    const { id } = await json<Verification>(there.ask(ZHANG));
    expect((await tryOnce(there, id)).result).toMatchObject({ reason: 'bank-mismatch', next: ['appeal'] });
    expect(await problem(there.change(id, 'retry'))).toEqual([409, 'retry-pointless']);
    await other.remove();
  });
});

describe('a verification whose time is over', () => {
  it('is renewed by trying again', async () => {
    const id = await ask();
    forward(120_500);
    expect((await untilEnded(kiosk, id)).result).toMatchObject({ outcome: 'expired', next: ['retry', 'appeal'] });
    expect(await json<Verification>(kiosk.change(id, 'retry'))).toMatchObject({ state: 'waiting', round: 2 });
    forward(120_500);
    const ended = await untilEnded(kiosk, id);
    expect(ended).toMatchObject({ state: 'expired', round: 2 });
    const endings = (await backend.store.verifications.eventsAfter(id, 0)).filter(
      ({ data }) => JSON.parse(data).result,
    );
    expect(endings).toHaveLength(2);
  });
  it('does not take the evidence of the round before', async () => {
    const id = await ask();
    const attempt = await json<Parameters<TestKiosk['evidenceFor']>[0]>(kiosk.attempt(id));
    const sealed = await kiosk.seal(await kiosk.evidenceFor(attempt));
    forward(120_500);
    await untilEnded(kiosk, id);
    await kiosk.change(id, 'retry');
    expect(await problem(kiosk.hand(attempt, sealed))).toEqual([409, 'state-conflict']);
    await kiosk.attempt(id);
    expect(await problem(kiosk.hand(attempt, sealed))).toEqual([409, 'attempt-superseded']);
  });
});

describe('an appeal', () => {
  it('keeps the refusal, says that it is contested, and is the last word at the counter', async () => {
    const id = await ask();
    await tryOnce(kiosk, id, REFUSED);
    const appealed = await json<Verification>(kiosk.change(id, 'appeal', { by: 'subject' }));
    expect(appealed).toMatchObject({
      state: 'appealed',
      result: { outcome: 'rejected', reason: 'liveness-no-frontal-still', next: [] },
      appeal: { by: 'subject', decision: 'open' },
    });
    expect(await receiptOf(appealed)).toMatchObject({
      outcome: 'rejected',
      appeal: { by: 'subject', decision: 'open' },
    });
    expect(await json(kiosk.change(id, 'appeal', { by: 'cashier' }))).toEqual(appealed);
    expect(await problem(kiosk.change(id, 'retry'))).toEqual([409, 'verification-ended']);
    expect(await problem(kiosk.cancel(id))).toEqual([409, 'verification-ended']);
  });
  it('is not possible while it goes on, nor against a success, nor by somebody else', async () => {
    const id = await ask();
    const appeal = { by: 'cashier' };
    expect(await problem(kiosk.change(id, 'appeal', appeal))).toEqual([409, 'verification-live']);
    await tryOnce(kiosk, id);
    expect(await problem(kiosk.change(id, 'appeal', appeal))).toEqual([409, 'verification-ended']);
    expect(await problem(kiosk.change(id, 'appeal', { by: 'nobody' }))).toEqual([422, 'validation-failed']);
    const other = await backend.kiosk();
    expect(await problem(other.change(id, 'appeal', appeal))).toEqual([404, 'verification-unknown']);
  });
});
