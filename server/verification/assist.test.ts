import type { JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judge } from '../../liveness/index.ts';
import { perform } from '../../liveness/testing/person.ts';
import type { Attempt, Evidence, Verification } from '../contract/index.ts';
import { readReceipt } from '../contract/receipt.ts';
import { json, problem } from '../testing/answers.ts';
import { LI, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { movableWorld, tryOnce } from '../testing/course.ts';
import type { TestKiosk } from '../testing/kiosk.ts';

const PURPOSES = {
  purchase: { required: ['bank', 'police', 'insurer'], assistance: ['gentle'] },
  care: { required: ['police', 'insurer'], assistance: ['gentle', 'attested'] },
  strict: { required: ['police'], assistance: [] },
} as const;
const GENTLE = { kind: 'gentle' } as const;
const ATTESTED = { kind: 'attested', by: '1023', present: true } as const;
const BY = { kind: 'attested', by: '1023' } as const;

let backend: TestBackend;
let kiosk: TestKiosk;
let forward: (ms: number) => void;
beforeEach(async () => {
  const moved = movableWorld();
  forward = moved.forward;
  backend = await startTestBackend({ world: moved.world, sweepMs: 20, purposes: PURPOSES });
  kiosk = await backend.kiosk();
});
afterEach(async () => {
  expect(backend.faults).toEqual([]);
  await backend.remove();
});

const ask = (more: object, options: { key?: string } = {}) => kiosk.ask(ZHANG, { ...options, more });
const asked = (more: object) => json<Verification>(ask(more));
const assist = (id: string, body: unknown) =>
  kiosk.request({ method: 'POST', path: `/v1/verifications/${id}/assistance`, json: body });
const planOf = async (id: string) => (await json<Attempt>(kiosk.attempt(id))).plan;
const lives = ({ createdAt, expiresAt }: Verification) => Date.parse(expiresAt) - Date.parse(createdAt);
const receiptOf = async ({ result }: Verification) => {
  const read = await readReceipt(
    result!.receipt,
    await json<JSONWebKeySet>(backend.app.request('/.well-known/jwks.json')),
  );
  if (!read.ok) throw new Error(read.message);
  return read.receipt;
};

describe('what a purpose allows', () => {
  it.each([
    ['strict', GENTLE],
    ['strict', ATTESTED],
    ['purchase', ATTESTED],
  ])('%s: not %j, neither when it is asked for, nor later', async (purpose, assistance) => {
    expect(await problem(ask({ purpose, assistance }))).toEqual([422, 'assistance-not-allowed']);
    const { id, assistable } = await asked({ purpose });
    expect(assistable).toEqual(PURPOSES[purpose as 'strict'].assistance);
    expect(await problem(assist(id, assistance))).toEqual([422, 'assistance-not-allowed']);
    await tryOnce(kiosk, id, { still: undefined });
    expect(await problem(kiosk.change(id, 'retry', { assistance }))).toEqual([422, 'assistance-not-allowed']);
  });
  it('is gentle where the configuration says nothing, and never a word without a staff number', async () => {
    const { configSchema } = await import('../config.ts');
    const { policy } = configSchema.pick({ policy: true }).parse({});
    expect(policy.purposes.purchase?.assistance).toEqual(['gentle']);
    for (const wrong of [
      { kind: 'attested' },
      { kind: 'attested', by: '1023' },
      { kind: 'attested', by: '1023', present: false },
      { kind: 'attested', by: '李娜', present: true },
      { kind: 'attested', by: '11010519491231002X', present: true },
      { kind: 'gentle', by: '1023' },
      { kind: 'lenient' },
    ])
      expect(await problem(ask({ purpose: 'care', assistance: wrong }))).toEqual([422, 'validation-failed']);
  });
  it('is a conflict under the same key with another assistance', async () => {
    const first = await json<Verification>(ask({}, { key: 'k' }));
    expect((await json<Verification>(ask({}, { key: 'k' }))).id).toBe(first.id);
    expect(await problem(ask({ assistance: GENTLE }, { key: 'k' }))).toEqual([409, 'idempotency-conflict']);
  });
});

describe('a verification that is assisted', () => {
  it('lives longer, has a plan of its own, and says so in its receipt and in the audit', async () => {
    const plain = await asked({ purpose: 'care' });
    expect([plain.assistance, plain.lifetimeMs, lives(plain)]).toEqual([undefined, 120_000, 120_000]);
    expect((await planOf(plain.id)).assistance).toBeUndefined();
    await kiosk.cancel(plain.id);
    const { id, assistance, ...more } = await asked({ purpose: 'care', assistance: ATTESTED });
    expect([assistance, more.lifetimeMs, lives(more as Verification)]).toEqual([BY, 180_000, 180_000]);
    forward(150_000);
    const attempt = await json<Attempt>(kiosk.attempt(id));
    expect(attempt.plan).toMatchObject({ assistance: 'attested', steps: [] });
    await kiosk.hand(attempt, await kiosk.seal(await kiosk.evidenceFor(attempt)));
    expect(await receiptOf(await untilEnded(kiosk, id))).toMatchObject({ outcome: 'verified', assistance: BY });
    const [line] = await backend.store.audit.of(id);
    expect(JSON.parse(line!.detail)).toMatchObject({ assistance: 'attested', attested_by: '1023' });
    const counted = await (await backend.app.request('/metrics')).text();
    expect(counted).toContain('verifications_assisted_total{assistance="attested",state="verified"} 1');
    expect(counted).not.toContain('assistance="none"');
  });
  it('was wished while it waits: once, never back, and not after its plan is known', async () => {
    const { id, expiresAt } = await asked({ purpose: 'care' });
    const gentle = await json<Verification>(assist(id, GENTLE));
    expect(gentle).toMatchObject({ assistance: GENTLE, lifetimeMs: 180_000 });
    expect(Date.parse(gentle.expiresAt)).toBe(Date.parse(expiresAt) + 60_000);
    expect((await json<Verification>(assist(id, GENTLE))).expiresAt).toBe(gentle.expiresAt);
    expect((await json<Verification>(assist(id, ATTESTED))).expiresAt).toBe(gentle.expiresAt);
    for (const less of [{ kind: 'none' }, GENTLE, { ...ATTESTED, by: '7' }])
      expect(await problem(assist(id, less))).toEqual([409, 'state-conflict']);
    expect((await planOf(id)).assistance).toBe('attested');
    await kiosk.cancel(id);
    const other = await asked({});
    await kiosk.attempt(other.id);
    expect(await problem(assist(other.id, GENTLE))).toEqual([409, 'state-conflict']);
    const stranger = await backend.kiosk();
    const theirs = await json<Verification>(stranger.ask(LI));
    expect(await problem(assist(theirs.id, GENTLE))).toEqual([404, 'verification-unknown']);
  });
  it('is assisted in the next round as in this one, but nobody vouches twice by one word', async () => {
    const { id } = await asked({ purpose: 'care', assistance: GENTLE });
    await tryOnce(kiosk, id, { still: undefined });
    const again = await json<Verification>(kiosk.change(id, 'retry', { assistance: ATTESTED }));
    expect(again).toMatchObject({ round: 2, assistance: BY });
    expect((await json<Verification>(kiosk.change(id, 'retry', { assistance: ATTESTED }))).round).toBe(2);
    expect(await problem(kiosk.change(id, 'retry', { assistance: GENTLE }))).toEqual([409, 'verification-live']);
    const refused = await tryOnce(kiosk, id, { still: undefined });
    expect(await receiptOf(refused)).toMatchObject({ round: 2, assistance: BY });
    expect(await json<Verification>(kiosk.change(id, 'retry'))).toMatchObject({ round: 3, assistance: GENTLE });
    expect((await planOf(id)).assistance).toBe('gentle');
  });
});

describe('a kiosk that would judge more gently than it was told', () => {
  it('hands over evidence of a gentler plan for nothing, and the same motions are not enough for its own', async () => {
    const { id } = await asked({ purpose: 'care' });
    const attempt = await json<Attempt>(kiosk.attempt(id));
    const gentle = { ...attempt.plan, assistance: 'gentle' } as const;
    const transcript = perform(gentle, { turn: 15, nod: 16 }).observations as Evidence['transcript'];
    expect([judge(gentle, transcript).live, judge(attempt.plan, transcript).live]).toEqual([true, false]);
    const evidence = await kiosk.evidenceFor(attempt, { plan: gentle, transcript });
    await kiosk.hand(attempt, await kiosk.seal(evidence));
    expect(await untilEnded(kiosk, id)).toMatchObject({
      state: 'rejected',
      result: { reason: 'evidence-plan-mismatch' },
    });
  });
});
