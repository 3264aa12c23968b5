import type { JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verification } from '../contract/index.ts';
import { readReceipt } from '../contract/receipt.ts';
import { POLICY_VERSION } from '../decide/policy.ts';
import { openKeys } from '../keys/keys.ts';
import { signReceipt } from '../receipts/receipt.ts';
import { json } from '../testing/answers.ts';
import { saying, startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import { movableWorld, tryOnce } from '../testing/course.ts';
import type { TestKiosk } from '../testing/kiosk.ts';
import { decideAppeal, showStill } from './appeal.ts';
import { retain } from './retention.ts';

let backend: TestBackend;
let kiosk: TestKiosk;
let forward: (ms: number) => void;
const otherFace = { outcome: 'mismatch', face: 'mismatch', code: 'police-face-mismatch' } as const;
beforeEach(async () => {
  const movable = movableWorld();
  forward = movable.forward;
  const authorities = [saying('bank'), saying('police', otherFace), saying('insurer')];
  backend = await startTestBackend({ authorities, world: movable.world });
  kiosk = await backend.kiosk();
});
afterEach(() => backend.remove());

/** What an operator's command has. */
function desk() {
  const { store, folder } = backend;
  const world = { now: Date.now, random: (n: number) => crypto.getRandomValues(new Uint8Array(n)) };
  const keys = openKeys(folder, world);
  const sign = (receipt: Parameters<typeof signReceipt>[0]) => signReceipt(receipt, keys.receipt);
  const rules = { attempts: 3, ttlMs: 120_000, assistedMs: 60_000, reopenMs: 60_000 };
  return {
    store,
    world,
    sign,
    rules,
    policy: POLICY_VERSION,
    announce: () => undefined,
    ring: keys.atRest,
    random: world.random,
  };
}

async function appealed() {
  const { id } = await json<Verification>(kiosk.ask(ZHANG));
  let jpeg = '';
  const evidenceFor = kiosk.evidenceFor.bind(kiosk);
  kiosk.evidenceFor = async (...args) => {
    const evidence = await evidenceFor(...args);
    jpeg = evidence.still!.jpeg;
    return evidence;
  };
  await tryOnce(kiosk, id);
  expect((await kiosk.change(id, 'appeal', { by: 'subject' })).status).toBe(200);
  return { id, jpeg };
}
const whatOf = async (id: string) => (await backend.store.audit.of(id)).map(({ who, what }) => `${who} ${what}`);

describe('an appeal', () => {
  it('shows its picture to the person who decides, and the audit says so', async () => {
    const { id, jpeg } = await appealed();
    const still = await showStill(desk(), id, 'operator:me');
    expect(Buffer.from(still!).toString('base64')).toBe(jpeg);
    expect(await whatOf(id)).toContain('operator:me appeal-still-shown');
  });
  it.each(['upheld', 'dismissed'] as const)(
    'that is %s says so to the kiosk and in a new receipt, and leaves neither picture nor people',
    async (decision) => {
      const { id } = await appealed();
      const before = await kiosk.find(id);
      const decided = await decideAppeal(desk(), id, decision, 'operator:me');
      expect(decided.ok).toBe(true);
      const after = await kiosk.find(id);
      expect(after).toMatchObject({ state: 'appealed', appeal: { decision }, result: { outcome: 'rejected' } });
      expect(after.result?.receipt).not.toBe(before.result?.receipt);
      const jwks = await json<JSONWebKeySet>(backend.app.request('/.well-known/jwks.json'));
      expect(await readReceipt(after.result!.receipt, jwks)).toMatchObject({ receipt: { appeal: { decision } } });
      const events = await backend.store.verifications.eventsAfter(id, 0);
      expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ appeal: { decision } });
      expect(await backend.store.evidence.find(id)).toBeUndefined();
      await retain(backend.store, { eventsDays: 30, verificationsDays: 30 });
      expect(await backend.store.parties.of(id)).toBeUndefined();
      expect(await whatOf(id)).toContain('operator:me appeal-decided');
    },
  );
  it('is decided once', async () => {
    const { id } = await appealed();
    const both = await Promise.all([
      decideAppeal(desk(), id, 'upheld', 'operator:a'),
      decideAppeal(desk(), id, 'dismissed', 'operator:b'),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toEqual({ ok: false, code: 'appeal-not-open' });
    expect(await decideAppeal(desk(), 'none', 'upheld', 'operator:a')).toMatchObject({ code: 'verification-unknown' });
  });
  it('that nobody decides loses its picture at its date, and can still be decided', async () => {
    const { id } = await appealed();
    const look = async (afterMs: number) => {
      forward(afterMs);
      await retain(backend.store, { eventsDays: 30, verificationsDays: 30 });
      return showStill(desk(), id, 'operator:me');
    };
    // Long after a refusal that nobody contested would have lost it.
    expect(await look(86_400_000 - 5000)).toBeInstanceOf(Uint8Array);
    expect(await look(6000)).toBeUndefined();
    expect((await decideAppeal(desk(), id, 'upheld', 'operator:me')).ok).toBe(true);
  });
  it('of a verification that was not appealed is none: its picture is not shown', async () => {
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    await tryOnce(kiosk, id);
    expect(await backend.store.evidence.find(id)).toMatchObject({ still: expect.any(Uint8Array) });
    expect(await showStill(desk(), id, 'operator:me')).toBeUndefined();
    expect(await decideAppeal(desk(), id, 'upheld', 'operator:me')).toMatchObject({ code: 'appeal-not-open' });
  });
});
