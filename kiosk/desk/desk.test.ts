import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../testing/backend.ts';
import { type CounterOptions, createCounter, REQUEST, until } from '../testing/counter.ts';

let backend: TestBackend;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  backend = await startTestBackend();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await backend.shut();
});

function counter(options?: CounterOptions) {
  const made = createCounter(backend.url, options);
  open.push(made);
  return made;
}
type Counter = ReturnType<typeof counter>;

async function ask(at: Counter, key: string, till = 'till-a', sale = `S-${key}`) {
  const asked = await at.desk.ask(till, key, { ...REQUEST, sale });
  if (!asked.ok) throw new Error(asked.problem.code);
  return asked.view.verification;
}
const view = (at: Counter, id: string, till = 'till-a') => at.desk.find(till, id)!;
const events = (at: Counter, id: string) => at.desk.events(id, 0).map(({ event }) => event);
async function refuse(at: Counter, record: string) {
  await until(() => at.consent.answer(record, false));
}
async function end(at: Counter, id: string, record = id, outcome: 'rejected' | 'expired' = 'rejected') {
  const reason = outcome === 'rejected' ? 'liveness-session-timeout' : 'expired';
  await until(() => view(at, id).step === 'asked');
  // As the backend's own deadline does; the kiosk learns it from the stream once it waits.
  backend.end(record, outcome, reason);
  await at.desk.cancel('till-a', id);
}

describe('the queue', () => {
  it('gives the second a place, begins it when the first is over, and keeps its id for the till', async () => {
    const at = counter({ places: 1 });
    const first = await ask(at, '1');
    const second = await ask(at, '2', 'till-b');
    expect(view(at, second, 'till-b')).toMatchObject({ state: 'queued', place: 1, sale: 'S-2', rounds: 0 });
    expect(backend.seen.creates).toBe(1);
    expect(await ask(at, '2', 'till-b')).toBe(second);
    expect(await at.desk.ask('till-c', '3', REQUEST)).toMatchObject({
      problem: { code: 'kiosk-busy', busy: { till: 'till-a', own: false, until: view(at, first).expiresAt } },
    });
    await refuse(at, first);
    await until(() => view(at, second, 'till-b').record);
    expect(view(at, second, 'till-b')).toMatchObject({ record: 'v2', verification: second, rounds: 3 });
    expect(view(at, second, 'till-b').place).toBeUndefined();
    await refuse(at, 'v2');
    await until(() => view(at, second, 'till-b').outcome);
    expect(events(at, second)).toEqual(['queued', 'step', 'outcome']);
    expect(view(at, second, 'till-b').receipt).toBe(backend.receiptOf('v2'));
  });
  it('tells a till its own sale when its own verification is in the way, and nobody else', async () => {
    const at = counter();
    await ask(at, '1');
    const own = await at.desk.ask('till-a', '2', REQUEST);
    expect(own).toMatchObject({ problem: { busy: { own: true, sale: 'S-1' } } });
    const other = await at.desk.ask('till-b', '2', REQUEST);
    expect(JSON.stringify(other)).not.toContain('S-1');
  });
  it('lets go whoever cancels, waits too long, or is revoked, without asking the backend', async () => {
    const at = counter({ places: 3, waitMs: 300 });
    const first = await ask(at, '1');
    const [gone, late] = [await ask(at, '2'), await ask(at, '3')];
    expect(view(at, late).place).toBe(2);
    expect(await at.desk.cancel('till-a', gone)).toMatchObject({ outcome: 'cancelled', cancelledBy: 'till' });
    expect(view(at, late).place).toBe(1);
    await until(() => view(at, late).outcome);
    expect(view(at, late)).toMatchObject({ outcome: 'expired', reason: 'expired' });
    const { id } = at.tills.add('c', 'key');
    const revoked = await ask(at, '4', id);
    at.tills.revoke(id);
    await refuse(at, first);
    await until(() => view(at, revoked, id).outcome);
    expect(view(at, revoked, id)).toMatchObject({ outcome: 'cancelled', refusal: 'till-unknown' });
    expect(backend.seen.creates).toBe(1);
    expect(at.desk.isBusy()).toBe(false);
  });
  it('says why one that waited could not begin', async () => {
    const at = counter({ places: 1 });
    const first = await ask(at, '1');
    const second = await ask(at, '2');
    backend.knobs.unknown = true;
    await refuse(at, first);
    await until(() => view(at, second).outcome);
    expect(view(at, second)).toMatchObject({ outcome: 'unavailable', refusal: 'person-unknown' });
    expect(await at.desk.retry('till-a', second)).toMatchObject({ problem: { code: 'retry-impossible' } });
  });
  it('ends with the process: after a restart nobody waits for what nobody remembers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kiosk-queue-'));
    const before = createCounter(backend.url, { folder, places: 1, graceMs: 200 });
    await ask(before, '1');
    const waiting = await ask(before, '2');
    await before.close();
    const after = counter({ folder });
    await after.desk.recover();
    expect(view(after, waiting)).toMatchObject({ outcome: 'cancelled', cancelledBy: 'kiosk' });
    expect(await ask(after, '2')).toBe(waiting);
    await open.pop()?.close();
    rmSync(folder, { recursive: true });
  });
});

describe('another round', () => {
  it('is the same verification, asked once however often the till asks for it', async () => {
    backend.knobs.next = ['retry', 'appeal'];
    const at = counter();
    const id = await ask(at, '1');
    await end(at, id);
    expect(view(at, id)).toMatchObject({ outcome: 'rejected', next: ['retry', 'appeal'], round: 1 });
    const [one, two] = await Promise.all([at.desk.retry('till-a', id, 2), at.desk.retry('till-a', id, 2)]);
    expect([one, two]).toMatchObject([
      { ok: true, fresh: true, view: { round: 2, verification: id } },
      { ok: true, fresh: false, view: { round: 2 } },
    ]);
    await until(() => view(at, id).step === 'asked');
    expect(view(at, id).outcome).toBeUndefined();
    expect(await at.desk.retry('till-a', id, 3)).toMatchObject({ problem: { code: 'verification-live' } });
    expect(await at.desk.retry('till-b', id)).toMatchObject({ problem: { code: 'verification-unknown' } });
    await refuse(at, id);
    await until(() => view(at, id).outcome);
    expect(view(at, id)).toMatchObject({ outcome: 'cancelled', reason: 'consent-refused', cancelledBy: 'subject' });
    expect(events(at, id).filter((event) => event !== 'step')).toEqual(['outcome', 'retry', 'outcome']);
  });
  it('whose answer was lost is not lost', async () => {
    backend.knobs.next = ['retry'];
    backend.knobs.loseRetry = 1;
    const at = counter();
    const id = await ask(at, '1');
    await end(at, id);
    expect(await at.desk.retry('till-a', id)).toMatchObject({ ok: true, view: { round: 2 } });
  });
  it('that began unnoticed while the line was down ends as the backend says', async () => {
    backend.knobs.next = ['retry'];
    const at = counter();
    const id = await ask(at, '1');
    await end(at, id);
    await backend.shut();
    expect(await at.desk.retry('till-a', id)).toMatchObject({ problem: { code: 'backend-unreachable' } });
    await backend.open();
    const { result: _, ...live } = backend.all.get(id)!.verification;
    backend.all.get(id)!.verification = { ...live, state: 'waiting', round: 2 };
    await at.desk.recover();
    expect(view(at, id)).toMatchObject({ outcome: 'cancelled', cancelledBy: 'kiosk', round: 2 });
    expect(events(at, id).slice(-2)).toEqual(['retry', 'outcome']);
  });
  it('may be wished for by the person at the screen', async () => {
    backend.knobs.next = ['retry'];
    const at = counter();
    const id = await ask(at, '1');
    await end(at, id);
    expect(at.states.at(-1)).toMatchObject({ kind: 'result', failures: 1, again: id });
    expect(await at.desk.retryHere(id)).toBe(true);
    expect(await at.desk.retryHere('v-none')).toBe(false);
  });
  it('is no appeal: that keeps the outcome and says that a person will look', async () => {
    backend.knobs.next = ['appeal'];
    const at = counter();
    const id = await ask(at, '1');
    expect(await at.desk.appeal('till-a', id, 'cashier')).toMatchObject({ problem: { code: 'verification-live' } });
    await end(at, id);
    expect(await at.desk.retry('till-a', id)).toMatchObject({ problem: { code: 'retry-pointless' } });
    expect(await at.desk.appeal('till-a', id, 'cashier')).toMatchObject({ fresh: true, view: { state: 'appealed' } });
    expect(await at.desk.appeal('till-a', id, 'cashier')).toMatchObject({ fresh: false });
    expect(view(at, id)).toMatchObject({ outcome: 'rejected', appeal: { by: 'cashier', decision: 'open' } });
  });
  it('an appeal whose receipt is not the backend’s, or not of an appeal, is none', async () => {
    backend.knobs.next = ['appeal'];
    const at = counter();
    const id = await ask(at, '1');
    await end(at, id);
    const before = view(at, id);
    for (const wrong of ['forge', 'oldReceipt'] as const) {
      backend.knobs[wrong] = true;
      expect(await at.desk.appeal('till-a', id, 'cashier')).toMatchObject({ problem: { code: 'receipt-wrong' } });
      expect(view(at, id)).toEqual(before);
      backend.knobs[wrong] = false;
    }
    expect(await at.desk.appeal('till-a', id, 'cashier')).toMatchObject({ fresh: true, view: { state: 'appealed' } });
    expect(view(at, id).receipt).toBe(backend.receiptOf(id));
    expect(view(at, id).receipt).not.toBe(before.receipt);
  });
});

describe('a receipt that is not the backend’s', () => {
  it('is never a pass', async () => {
    backend.knobs.forge = true;
    const at = counter();
    const id = await ask(at, '1');
    await until(() => view(at, id).step === 'asked');
    backend.end(id, 'verified', 'matched');
    await at.desk.cancel('till-a', id);
    expect(view(at, id)).toMatchObject({ outcome: 'unavailable', reason: 'backend-fault', refusal: 'receipt-wrong' });
    expect(view(at, id).receipt).toBeUndefined();
  });
  it('nor is one of another sale, or another round', async () => {
    const at = counter();
    const id = await ask(at, '1');
    await until(() => view(at, id).step === 'asked');
    backend.end(id, 'verified', 'matched');
    const { verification } = backend.all.get(id)!;
    for (const change of [{ sale: 'S-9' }, { round: 2 }, { till: 'till-b' }, { id: 'v9' }])
      expect(await at.backend.check({ ...verification, ...change })).toBe('wrong');
    const result = { ...verification.result!, outcome: 'rejected' } as const;
    expect(await at.backend.check({ ...verification, result })).toBe('wrong');
    expect(await at.backend.check(verification)).toBe('right');
  });
});

describe('what became of a sale', () => {
  it('is told to the till that asked, newest first, also where the backend’s answer never came', async () => {
    const at = counter();
    const id = await ask(at, '1', 'till-a', 'S-1');
    await refuse(at, id);
    await until(() => view(at, id).outcome);
    const again = await ask(at, '2', 'till-a', 'S-1');
    const { views } = await at.desk.ofSale('till-a', 'S-1');
    expect(views.map(({ verification }) => verification)).toEqual([again, id]);
    expect(await at.desk.ofSale('till-b', 'S-1')).toEqual({ views: [], unclear: false });
    await refuse(at, again);
    await until(() => !at.desk.isBusy());
    await backend.shut();
    await at.desk.ask('till-a', '3', { ...REQUEST, sale: 'S-3' });
    expect(await at.desk.ofSale('till-a', 'S-3')).toEqual({ views: [], unclear: true });
    await backend.open();
    expect(await at.desk.ofSale('till-a', 'S-3')).toEqual({ views: [], unclear: false });
  });
});
