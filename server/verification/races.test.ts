import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REAL_WORLD } from '../clock.ts';
import type { Attempt, Verification } from '../contract/index.ts';
import { json } from '../testing/answers.ts';
import { saying, startTestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { TestKiosk } from '../testing/kiosk.ts';

async function toMatching(kiosk: TestKiosk): Promise<{ id: string; attempt: Attempt }> {
  const { id } = await json<Verification>(kiosk.ask(ZHANG));
  const attempt = await json<Attempt>(kiosk.attempt(id));
  const response = await kiosk.hand(attempt, await kiosk.seal(await kiosk.evidenceFor(attempt)));
  expect(response.status).toBe(202);
  return { id, attempt };
}

/** The world with a clock that can be put forward. */
function movable() {
  let ahead = 0;
  return { world: { ...REAL_WORLD, now: () => Date.now() + ahead }, forward: (ms: number) => (ahead += ms) };
}

describe('a cancellation that races the decision', () => {
  it('leaves exactly one ending, whoever was first', async () => {
    const backend = await startTestBackend();
    const kiosk = await backend.kiosk();
    const seen = new Set<string>();
    for (let turn = 0; turn < 24; turn++) {
      const { id } = await toMatching(kiosk);
      await new Promise((resolve) => setTimeout(resolve, turn % 8));
      const cancels = await Promise.all([kiosk.cancel(id), kiosk.cancel(id)]);
      const first = await untilEnded(kiosk, id);
      await new Promise((resolve) => setTimeout(resolve, 15));
      expect(await kiosk.find(id)).toEqual(first);
      expect(['verified', 'cancelled']).toContain(first.state);
      expect(cancels.every(({ status }) => status === (first.state === 'cancelled' ? 200 : 409))).toBe(true);
      const endings = (await backend.store.verifications.eventsAfter(id, 0)).filter(
        ({ data }) => JSON.parse(data).result,
      );
      expect(endings).toHaveLength(1);
      seen.add(first.state);
    }
    expect(seen.size).toBeGreaterThan(0);
    expect(backend.faults).toEqual([]);
    await backend.remove();
  });
  it('ends the questions to the authorities', async () => {
    let told = false;
    const ask: ReturnType<typeof saying>['ask'] = ({ signal }) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          told = true;
          resolve({ outcome: 'match', code: 'late' });
        }),
      );
    const backend = await startTestBackend({ authorities: [{ name: 'bank', ask }], authorityLimitMs: 60_000 });
    const kiosk = await backend.kiosk();
    const { id } = await toMatching(kiosk);
    while (!(await kiosk.find(id)).answered.includes('insurer')) await new Promise((resolve) => setTimeout(resolve, 5));
    const { state, result } = await json<Verification>(kiosk.cancel(id));
    expect(state).toBe('cancelled');
    expect(result?.authorities).toEqual({ bank: 'not-asked', police: 'unavailable', insurer: 'unavailable' });
    expect(told).toBe(true);
    await backend.remove();
  });
});

describe('many requests at once', () => {
  it('with one key make one verification; with different keys one, and the rest are told that the kiosk is busy', async () => {
    const backend = await startTestBackend();
    const [one, two] = [await backend.kiosk(), await backend.kiosk()];
    const same = await Promise.all(Array.from({ length: 8 }, () => one.ask(ZHANG, { key: 'k' })));
    expect(same.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    expect(new Set(await Promise.all(same.map(async (each) => (await json<Verification>(each)).id))).size).toBe(1);
    const different = await Promise.all(Array.from({ length: 8 }, () => two.ask(ZHANG)));
    expect(different.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    await backend.remove();
  });
  it('open one attempt', async () => {
    const backend = await startTestBackend({ attempts: 1 });
    const kiosk = await backend.kiosk();
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    const attempts = await Promise.all(Array.from({ length: 6 }, () => kiosk.attempt(id)));
    expect(attempts.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    await backend.remove();
  });
});

describe('an expiry', () => {
  it('comes at the deadline, with a receipt, and frees the kiosk', async () => {
    const { world, forward } = movable();
    const backend = await startTestBackend({ world, sweepMs: 20 });
    const kiosk = await backend.kiosk();
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    forward(119_000);
    expect((await kiosk.find(id)).state).toBe('waiting');
    forward(1_500);
    expect(await untilEnded(kiosk, id)).toMatchObject({
      state: 'expired',
      result: { outcome: 'expired', reason: 'expired' },
    });
    expect((await kiosk.ask(ZHANG)).status).toBe(201);
    await backend.remove();
  });
  it('needs no sweep to be seen', async () => {
    const { world, forward } = movable();
    const backend = await startTestBackend({ world, sweepMs: 60_000 });
    const kiosk = await backend.kiosk();
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    forward(121_000);
    expect((await kiosk.ask(ZHANG)).status).toBe(201);
    expect((await kiosk.find(id)).state).toBe('expired');
    await backend.remove();
  });
  it('beats a decision that comes after it', async () => {
    const { world, forward } = movable();
    const authorities = [saying('bank', {}, 150), saying('police'), saying('insurer')];
    const backend = await startTestBackend({ world, authorities, sweepMs: 60_000 });
    const kiosk = await backend.kiosk();
    const { id } = await toMatching(kiosk);
    forward(121_000);
    const ended = await untilEnded(kiosk, id);
    expect(ended.state).toBe('expired');
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await kiosk.find(id)).toEqual(ended);
    expect(backend.faults).toEqual([]);
    await backend.remove();
  });
});

describe('a restart', () => {
  it('loses no outcome, and ends what was left in the middle at its deadline', async () => {
    const data = mkdtempSync(join(tmpdir(), 'backend-'));
    const { world, forward } = movable();
    // This one dies in the middle of a decision: its authorities never answer, and it is not stopped in order.
    const silent = { name: 'bank', ask: () => new Promise<never>(() => undefined) } as const;
    const dying = await startTestBackend({
      data,
      world,
      authorities: [silent],
      authorityLimitMs: 50_000,
      sweepMs: 60_000,
    });
    const kiosk = await dying.kiosk();
    const { id: cancelled } = await json<Verification>(kiosk.ask(ZHANG));
    const before = await json<Verification>(kiosk.cancel(cancelled));
    const { id: left } = await toMatching(kiosk);
    const next = await startTestBackend({ data, world, sweepMs: 20 });
    const again = Object.assign(new TestKiosk((url, init) => next.app.request(url, init), world.now), {
      id: kiosk.id,
      keys: kiosk.keys,
    });
    expect(await again.find(cancelled)).toEqual(before);
    expect((await again.find(left)).state).toBe('matching');
    forward(121_000);
    expect(await untilEnded(again, left)).toMatchObject({ state: 'expired', result: { outcome: 'expired' } });
    await next.stop(0);
    await dying.stop(0);
    rmSync(data, { recursive: true, force: true });
  });
  it('in order lets a decision finish', async () => {
    const backend = await startTestBackend({
      authorities: [saying('bank', {}, 200), saying('police'), saying('insurer')],
    });
    const kiosk = await backend.kiosk();
    const { id } = await toMatching(kiosk);
    await backend.stop(2000);
    const after = await startTestBackend({ data: backend.folder });
    expect((await after.store.verifications.find(id))?.state).toBe('verified');
    await after.remove();
  });
  it('that cannot wait for a decision leaves it to whoever comes next', async () => {
    const silent = { name: 'bank', ask: () => new Promise<never>(() => undefined) } as const;
    const authorities = [silent, saying('police'), saying('insurer')];
    const backend = await startTestBackend({ authorities, authorityLimitMs: 60_000 });
    const kiosk = await backend.kiosk();
    const { id } = await toMatching(kiosk);
    await backend.stop(100);
    const after = await startTestBackend({ data: backend.folder });
    const again = Object.assign(new TestKiosk((url, init) => after.app.request(url, init)), {
      id: kiosk.id,
      keys: kiosk.keys,
    });
    expect((await untilEnded(again, id)).state).toBe('verified');
    await after.remove();
  });
});
