import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelError } from '../../models/contract.ts';
import type { Attempt, Verification } from '../contract/index.ts';
import { readReceipt } from '../contract/receipt.ts';
import { lazyModels } from '../models.ts';
import { json, problem } from '../testing/answers.ts';
import { saying, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { frame, seeing } from '../testing/faces.ts';
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

const created = async (who = kiosk, idNumber = ZHANG) => json<Verification>(who.ask(idNumber));
const opened = async (id: string, who = kiosk) => json<Attempt>(who.attempt(id));
/** A whole verification with a fresh backend's kiosk, to its end. */
async function verify(who: TestKiosk, change: Parameters<TestKiosk['evidenceFor']>[1] = {}): Promise<Verification> {
  const { id } = await created(who);
  const attempt = await opened(id, who);
  const response = await who.hand(attempt, await who.seal(await who.evidenceFor(attempt, change)));
  expect(response.status).toBe(202);
  return untilEnded(who, id);
}

describe('a verification', () => {
  it('of the right person ends verified, with a receipt that anybody can check', async () => {
    const ended = await verify(kiosk);
    const authorities = { bank: 'match', police: 'match', insurer: 'match' };
    expect(ended).toMatchObject({ state: 'verified', result: { outcome: 'verified', reason: 'matched', authorities } });
    expect([...ended.answered].sort()).toEqual(['bank', 'insurer', 'police']);
    const jwks = await json<JSONWebKeySet>(backend.app.request('/.well-known/jwks.json'));
    expect(await readReceipt(ended.result!.receipt, jwks)).toMatchObject({
      ok: true,
      receipt: {
        verification: ended.id,
        sale: 'S-1',
        till: 'T-1',
        kiosk: kiosk.id,
        store: 'store 7',
        outcome: 'verified',
        reason: 'matched',
        authorities,
        round: 1,
        purpose: 'purchase',
        required: ['bank', 'police', 'insurer'],
        cardholder: { name: '张*敏', idNumber: '110***********002X' },
        subject: { name: '张*敏', idNumber: '110***********002X' },
        by_hand: false,
      },
    });
  });
  it('gets a plan and a nonce of its own, and no attempt once it has ended', async () => {
    const { id } = await created();
    const attempt = await opened(id);
    expect(attempt.nonce.length).toBeGreaterThanOrEqual(22);
    expect(attempt.plan.steps.length).toBeGreaterThanOrEqual(2);
    expect((await kiosk.find(id)).state).toBe('capturing');
    await kiosk.cancel(id);
    expect(await problem(kiosk.attempt(id))).toEqual([409, 'verification-ended']);
  });
  it('that was cancelled says why, stays so, and has a receipt', async () => {
    const { id } = await created();
    const cancelled = await json<Verification>(kiosk.cancel(id, { by: 'subject', reason: 'consent-refused' }));
    expect(cancelled).toMatchObject({
      state: 'cancelled',
      result: { outcome: 'cancelled', reason: 'consent-refused' },
    });
    const again = await json<Verification>(kiosk.cancel(id));
    expect(again.result).toEqual(cancelled.result);
  });
  it('leaves lines in the audit that name no one', async () => {
    const { id } = await verify(kiosk);
    const lines = await backend.store.audit.of(id);
    expect(lines.map(({ what }) => what)).toEqual([
      'verification-created',
      'attempt-opened',
      'evidence-received',
      'verification-verified',
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/11010519|张|\d{15}/);
  });
});

describe('evidence', () => {
  it('is taken once; the same again is answered as before, other evidence is refused', async () => {
    const { id } = await created();
    const attempt = await opened(id);
    const sealed = await kiosk.seal(await kiosk.evidenceFor(attempt));
    expect((await kiosk.hand(attempt, sealed)).status).toBe(202);
    expect((await kiosk.hand(attempt, sealed)).status).toBe(202);
    const other = await kiosk.seal(await kiosk.evidenceFor(attempt));
    expect(await problem(kiosk.hand(attempt, other))).toEqual([409, 'attempt-used']);
    expect((await untilEnded(kiosk, id)).state).toBe('verified');
  });
  it('handed in twice at the same time is decided once', async () => {
    const { id } = await created();
    const attempt = await opened(id);
    const sealed = await Promise.all([1, 2, 3].map(async () => kiosk.seal(await kiosk.evidenceFor(attempt))));
    const answers = await Promise.all(sealed.map((jwe) => kiosk.hand(attempt, jwe)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    await untilEnded(kiosk, id);
    const decided = (await backend.store.audit.of(id)).filter(({ what }) => what === 'verification-verified');
    expect(decided).toHaveLength(1);
  });
  it('with a changed byte, of another attempt, or of another media type is refused and leaves the attempt open', async () => {
    const { id } = await created();
    const attempt = await opened(id);
    const evidence = await kiosk.evidenceFor(attempt);
    const sealed = await kiosk.seal(evidence);
    const changed = sealed.slice(0, -5) + (sealed.at(-5) === 'A' ? 'B' : 'A') + sealed.slice(-4);
    expect(await problem(kiosk.hand(attempt, changed))).toEqual([422, 'evidence-unreadable']);
    const foreign = await kiosk.seal({ ...evidence, attempt: 'another' });
    expect(await problem(kiosk.hand(attempt, foreign))).toEqual([422, 'evidence-foreign']);
    expect(await problem(kiosk.hand({ ...attempt, id: 'none' }, sealed))).toEqual([404, 'attempt-unknown']);
    const path = `/v1/verifications/${id}/attempts/${attempt.id}/evidence`;
    expect(await problem(kiosk.request({ method: 'POST', path, json: {} }))).toEqual([415, 'media-type-unsupported']);
    const refused = (await backend.store.audit.of(id)).filter(({ what }) => what === 'evidence-refused');
    expect(refused.map(({ detail }) => JSON.parse(detail).code)).toEqual(['evidence-unreadable', 'evidence-foreign']);
    expect((await kiosk.hand(attempt, sealed)).status).toBe(202);
    expect((await untilEnded(kiosk, id)).state).toBe('verified');
  });
  it('that was changed on its way is refused, and the audit says so, once for each signature', async () => {
    const { id } = await created();
    const attempt = await opened(id);
    const sealed = await kiosk.seal(await kiosk.evidenceFor(attempt));
    const path = `/v1/verifications/${id}/attempts/${attempt.id}/evidence`;
    const { url, init } = kiosk.sign({ method: 'POST', path, body: sealed });
    const changed = { ...init, body: `${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'B' : 'A'}` };
    for (let i = 0; i < 3; i++)
      expect(await problem(backend.app.request(url, changed))).toEqual([401, 'digest-mismatch']);
    const lines = (await backend.store.audit.of(id)).filter(({ what }) => what === 'request-changed');
    expect(lines).toMatchObject([{ who: `kiosk:${kiosk.id}`, detail: '{"code":"digest-mismatch"}' }]);
    await kiosk.cancel(id);
  });
  it.each([
    ['another nonce', { nonce: 'x'.repeat(22) }, 'evidence-plan-mismatch'],
    ['a time that cannot be', { startedAt: '2020-01-01T00:00:00.000Z' }, 'evidence-time-window'],
    [
      'a transcript that lasted longer than the attempt',
      { transcript: [frame(0), frame(9999)] as never },
      'evidence-time-window',
    ],
    ['no still', { still: undefined }, 'liveness-no-frontal-still'],
    ['the still of another frame', { still: { seq: 4, jpeg: '/9g=' } }, 'evidence-still-rejected'],
    ['a still that is no picture', { still: { seq: 3, jpeg: '/9g=' } }, 'evidence-still-rejected'],
    [
      "somebody else's face in the transcript",
      { transcript: [0, 1, 2, 3].map((seq) => frame(seq, 7)) as never },
      'evidence-still-rejected',
    ],
  ])('with %s is rejected, and no authority is asked', async (_, change, reason) => {
    const { result } = await verify(kiosk, change);
    const nobody = { bank: 'not-asked', police: 'not-asked', insurer: 'not-asked' };
    expect(result).toMatchObject({ outcome: 'rejected', reason, authorities: nobody });
  });
});

describe('a backend', () => {
  const endOf = async (change: Parameters<typeof startTestBackend>[0]) => {
    const other = await startTestBackend(change);
    try {
      return { ...(await verify(await other.kiosk())), faults: other.faults };
    } finally {
      await other.remove();
    }
  };
  it('whose models are missing says unavailable, and is not ready', async () => {
    const models = lazyModels(async () => {
      throw new ModelError('model-missing', 'blazeface-front.onnx is missing: npm run models');
    });
    expect((await endOf({ models })).result).toMatchObject({ outcome: 'unavailable', reason: 'models-unavailable' });
    const other = await startTestBackend({ models });
    expect(await problem(other.app.request('/readyz'))).toEqual([503, 'not-ready']);
    expect((await other.app.request('/healthz')).status).toBe(200);
    await other.remove();
  });
  it('that allows several attempts takes the evidence of the latest only', async () => {
    const other = await startTestBackend({ attempts: 2 });
    const who = await other.kiosk();
    const { id } = await created(who);
    const [first, second] = [await opened(id, who), await opened(id, who)];
    expect(second.plan).not.toEqual(first.plan);
    expect(await problem(who.attempt(id))).toEqual([409, 'attempt-limit']);
    const late = await who.seal(await who.evidenceFor(first));
    expect(await problem(who.hand(first, late))).toEqual([409, 'attempt-superseded']);
    expect((await who.hand(second, await who.seal(await who.evidenceFor(second)))).status).toBe(202);
    expect((await untilEnded(who, id)).state).toBe('verified');
    await other.remove();
  });
  it('gives an attempt again whose answer was lost, by its key', async () => {
    const { id } = await created();
    const sent = {
      method: 'POST',
      path: `/v1/verifications/${id}/attempts`,
      headers: { 'idempotency-key': 'a' },
    } as const;
    const [first, again] = [await kiosk.request(sent), await kiosk.request(sent)];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(await again.json()).toEqual(await first.json());
    await kiosk.cancel(id);
  });
  it('whose models see two people rejects the still', async () => {
    const ended = await endOf({ models: lazyModels(async () => seeing({ faces: 2 })) });
    expect(ended.result).toMatchObject({ outcome: 'rejected', reason: 'evidence-still-rejected' });
  });
  it('whose judge throws says unavailable', async () => {
    const judge = () => {
      throw new Error('a bug');
    };
    expect((await endOf({ judge })).result).toMatchObject({ outcome: 'unavailable', reason: 'backend-fault' });
  });
  it('whose judge sees no life rejects by its first reason', async () => {
    const judge = () => ({ live: false, reasons: ['flat-motion', 'pad-attack'], signals: [] }) as const;
    expect((await endOf({ judge })).result).toMatchObject({ outcome: 'rejected', reason: 'liveness-flat-motion' });
  });
  it('tells the audit which signals decided, and neither till nor receipt', async () => {
    const signals = [
      { name: '1-turn-left-relief', value: 0.0512, bar: 0.12, passed: false },
      { name: 'pad', value: 0.91, bar: 0.5, passed: true },
    ];
    const other = await startTestBackend({ judge: () => ({ live: false, reasons: ['flat-motion'], signals }) });
    const ended = await verify(await other.kiosk());
    const [line] = (await other.store.audit.of(ended.id)).filter(({ what }) => what === 'verification-rejected');
    expect(JSON.parse(line!.detail).note).toBe('flat-motion; 1-turn-left-relief 0.0512 (bar 0.12)');
    const events = await other.store.verifications.eventsAfter(ended.id, 0);
    const told = JSON.stringify([ended, events]) + Buffer.from(ended.result!.receipt.split('.')[1]!, 'base64url');
    expect(told).not.toMatch(/relief|0\.0512/);
    await other.remove();
  });
  it.each(['bank', 'police', 'insurer'] as const)(
    'whose %s is silent says unavailable within its time',
    async (name) => {
      const authorities = (['bank', 'police', 'insurer'] as const).map((each) =>
        each === name ? { name, ask: () => new Promise<never>(() => undefined) } : saying(each),
      );
      const start = Date.now();
      const { result } = await endOf({ authorities, authorityLimitMs: 300 });
      expect(result).toMatchObject({ outcome: 'unavailable', reason: `${name}-unavailable` });
      expect(Date.now() - start).toBeLessThan(20_000);
    },
  );
  it('whose police see another face rejects by that', async () => {
    const other = saying('police', { outcome: 'mismatch', face: 'mismatch', code: 'police-face-mismatch' });
    const { result } = await endOf({ authorities: [saying('bank'), other, saying('insurer')] });
    expect(result).toMatchObject({
      outcome: 'rejected',
      reason: 'police-face-mismatch',
      authorities: { bank: 'match' },
    });
  });
});
