import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createCounter, REQUEST, until } from '../testing/counter.ts';

type Counter = ReturnType<typeof start>;

let backend: TestBackend;
let folder: string;
const open = new Set<{ close(): Promise<void> }>();
beforeEach(async () => {
  backend = await startTestBackend();
  folder = mkdtempSync(join(tmpdir(), 'kiosk-killed-'));
});
afterEach(async () => {
  for (const one of open) await one.close();
  open.clear();
  await backend.shut();
  rmSync(folder, { recursive: true });
});

function start() {
  let killed = false;
  const never = new Promise<never>(() => undefined);
  const line: typeof fetch = async (...request) => {
    const answer = await fetch(...request).catch((error: unknown) => (killed ? never : Promise.reject(error)));
    return killed ? never : answer;
  };
  const counter = createCounter(backend.url, { folder, places: 1, fetch: line });
  /** As SIGKILL leaves it: whatever it waits for never comes, and nothing that would follow is done. */
  const kill = async () => {
    killed = true;
    open.delete(one);
    await counter.eye.close();
  };
  const one = { ...counter, kill };
  open.add(one);
  return one;
}
/** Something that a question or its answer waits for. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, open: resolve };
}
const request = { ...REQUEST, sale: 'S-1' };
const ofSale = () => [...backend.all.values()].filter(({ verification }) => verification.sale === 'S-1');

/** A kiosk that is killed while its question is on its way to the backend, or the answer on its way back. */
async function killedWhileAsking(way: 'there' | 'back', queued: boolean) {
  const line = gate();
  const one = start();
  if (queued) {
    const first = await one.desk.ask('till-b', 'first', { ...REQUEST, sale: 'S-0' });
    expect(first.ok && (await one.desk.ask('till-a', 'key', request)).ok).toBe(true);
    await until(() => one.consent.answer('v1', false));
    backend.knobs[way === 'there' ? 'onItsWay' : 'onItsWayBack'] = line.wait;
  } else {
    backend.knobs[way === 'there' ? 'onItsWay' : 'onItsWayBack'] = line.wait;
    one.desk.ask('till-a', 'key', request).catch(() => undefined);
  }
  await until(() => backend.seen.creates === (queued ? 2 : 1));
  await until(() => ofSale().length === (way === 'back' ? 1 : 0));
  await one.kill();
  backend.knobs.onItsWay = backend.knobs.onItsWayBack = async () => undefined;
  return line;
}

/** The till asks until it knows, with its key or by the sale alone; nobody agrees at the kiosk. */
async function learn(at: Counter, hasKey: boolean) {
  for (let key = 'key'; ; ) {
    const found = hasKey ? undefined : await at.desk.ofSale('till-a', 'S-1');
    const [known] = found?.views ?? [];
    if (found && !known && !found.unclear) {
      key = 'another';
      hasKey = true;
    }
    const asked = hasKey ? await at.desk.ask('till-a', key, request) : undefined;
    const view = asked?.ok ? asked.view : known;
    if (view) at.consent.answer(view.record ?? view.verification, false);
    const now = view && at.desk.find('till-a', view.verification);
    // Without a receipt: it never reached the backend, and never will.
    if (now?.outcome && (now.receipt || now.rounds === 0)) return now;
    await at.desk.recover();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a question that is being asked', () => {
  it.each([
    ['at once', false],
    ['from the queue', true],
    ['for another round', 'retry'],
  ] as const)('%s is not taken back by the recovery meanwhile', async (_, how) => {
    const at = start();
    const line = gate();
    await at.desk.ask('till-b', 'first', { ...REQUEST, sale: 'S-0' });
    let asked: Promise<unknown>;
    if (how === 'retry') {
      backend.knobs.next = ['retry'];
      await until(() => at.desk.find('till-b', 'v1')?.step === 'asked');
      backend.end('v1', 'expired', 'expired');
      await at.desk.cancel('till-b', 'v1');
      await until(() => !at.desk.isBusy());
      backend.knobs.onItsWayBack = line.wait;
      asked = at.desk.retry('till-b', 'v1', 2);
      await until(() => backend.all.get('v1')?.verification.round === 2);
    } else if (how) {
      asked = at.desk.ask('till-a', 'key', request);
      backend.knobs.onItsWayBack = line.wait;
      await until(() => at.consent.answer('v1', false));
      await until(() => ofSale().length === 1);
    } else {
      await until(() => at.consent.answer('v1', false));
      await until(() => !at.desk.isBusy());
      backend.knobs.onItsWayBack = line.wait;
      asked = at.desk.ask('till-a', 'key', request);
      await until(() => ofSale().length === 1);
      expect(await at.desk.ofSale('till-a', 'S-1')).toEqual({ views: [], unclear: true });
    }
    await at.desk.recover();
    line.open();
    expect(await asked).toMatchObject({ ok: true });
    const id = how === 'retry' ? 'v1' : 'v2';
    await until(() => at.consent.answer(id, false));
    await until(() => !at.desk.isBusy());
    expect(backend.all.get(id)?.verification.result).toMatchObject({ reason: 'consent-refused' });
  });
});

describe.each([
  ['on its way', 'there'],
  ['answered, but not heard', 'back'],
] as const)('a kiosk that is killed while its question is %s', (_, way) => {
  describe.each([
    ['has its key', true],
    ['has lost its key', false],
  ])('by a till that %s', (__, hasKey) => {
    it.each([
      ['at once', false],
      ['from the queue', true],
    ])('asked %s: one verification, and its outcome', async (___, queued) => {
      const line = await killedWhileAsking(way, queued);
      const again = start();
      const learned = await learn(again, hasKey);
      // What was on its way comes in after all.
      line.open();
      await until(() => again.desk.isBusy() === false);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const held = ofSale().map(({ verification: { result } }) => [result?.outcome, result?.receipt]);
      // One that waited and never came to its turn ends with its kiosk: the till asks anew.
      const neverBegan = queued && way === 'there';
      expect(held).toEqual(neverBegan ? [] : [[learned.outcome, learned.receipt]]);
      if (neverBegan) expect(learned).toMatchObject({ outcome: 'cancelled', cancelledBy: 'kiosk' });
      expect((await again.desk.ofSale('till-a', 'S-1')).views).toHaveLength(1);
    });
  });
});
