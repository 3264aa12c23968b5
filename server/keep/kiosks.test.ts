import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt, Verification } from '../contract/index.ts';
import { json, problem } from '../testing/answers.ts';
import { saying, startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import { movableWorld } from '../testing/course.ts';
import { hashOfCode, offerCode, revokeKiosk } from './kiosks.ts';

let backend: TestBackend;
let forward: (ms: number) => void;
beforeEach(async () => {
  const movable = movableWorld();
  forward = movable.forward;
  const authorities = [saying('bank', {}, 400), saying('police'), saying('insurer')];
  backend = await startTestBackend({ authorities, world: movable.world });
});
afterEach(() => backend.remove());

/** What a command of another process has: no way to wake this one's streams but the database. */
function desk() {
  const { store } = backend;
  const world = { now: Date.now, random: (n: number) => crypto.getRandomValues(new Uint8Array(n)) };
  const rules = { attempts: 3, ttlMs: 120_000, assistedMs: 60_000, reopenMs: 60_000 };
  return { store, world, rules, appealMs: 1, policy: 'p', sign: () => 'r', announce: () => undefined };
}

describe('a kiosk that is revoked', () => {
  it('is not answered any more, and the audit says who did it', async () => {
    const kiosk = await backend.kiosk();
    expect(await revokeKiosk(desk(), kiosk.id, 'operator:me')).toEqual({ kind: 'revoked' });
    expect(await problem(kiosk.ask(ZHANG))).toEqual([401, 'kiosk-unknown']);
    expect(await revokeKiosk(desk(), kiosk.id, 'operator:me')).toEqual({ kind: 'unknown' });
    expect(await revokeKiosk(desk(), 'nobody', 'operator:me')).toEqual({ kind: 'unknown' });
  });
  it('loses what it had under way: the capture, its evidence and its streams', async () => {
    const kiosk = await backend.kiosk();
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    const attempt = await json<Attempt>(kiosk.attempt(id));
    const sealed = await kiosk.seal(await kiosk.evidenceFor(attempt));
    const stream = await kiosk.request({ method: 'GET', path: `/v1/verifications/${id}/events` });
    // Signed before, arrives after.
    const sent = kiosk.sign({
      method: 'POST',
      path: `/v1/verifications/${id}/attempts/${attempt.id}/evidence`,
      body: sealed,
      headers: { 'content-type': 'application/jose' },
    });
    expect(await revokeKiosk(desk(), kiosk.id, 'operator:me')).toEqual({ kind: 'revoked', cancelled: id });
    expect((await backend.app.request(sent.url, sent.init)).status).toBe(401);
    const said = await stream.text();
    expect(said.trim().split('\n').at(-1)).toContain('"state":"cancelled"');
    expect(await backend.store.evidence.find(id)).toBeUndefined();
  }, 20_000);
  it('gets no outcome from a decision that was under way', async () => {
    const kiosk = await backend.kiosk();
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    const attempt = await json<Attempt>(kiosk.attempt(id));
    await kiosk.hand(attempt, await kiosk.seal(await kiosk.evidenceFor(attempt)));
    expect((await backend.store.verifications.find(id))?.state).toBe('matching');
    expect(await revokeKiosk(desk(), kiosk.id, 'operator:me')).toEqual({ kind: 'revoked', cancelled: id });
    await new Promise((resolve) => setTimeout(resolve, 700));
    const lines = (await backend.store.audit.of(id)).map(({ what }) => what);
    expect(lines.filter((what) => /^verification-(verified|cancelled)$/.test(what))).toEqual([
      'verification-cancelled',
    ]);
    expect(backend.faults).toEqual([]);
  });
});

describe('a one-time code', () => {
  it('is kept as a hash, is good until its time, and nobody else has the like', async () => {
    const [one, other] = [await offer(), await offer()];
    expect(one.code).toMatch(/^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}$/);
    expect(other.code).not.toBe(one.code);
    const isGood = async () => backend.store.keeping.isOffered(hashOfCode(one.code), await backend.store.now());
    expect(await isGood()).toBe(true);
    expect(await backend.store.keeping.isOffered(one.code, 0)).toBe(false);
    forward(3_600_001);
    expect(await isGood()).toBe(false);
  });
  const offer = () => offerCode(desk(), { label: 'counter 2', forMs: 3_600_000, who: 'operator:me' });
});
