import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../kiosk/simulator/testing.ts';
import { pair } from './pair.ts';
import { createPinnedFetch, seePin } from './pinned-fetch.ts';
import {
  type Answer,
  checkReceipt,
  createTill,
  type KeySet,
  type News,
  type Question,
  type Store,
  type TillOptions,
} from './till.ts';

const HOLDER = { idNumber: '11010519491231002X' };
const of = (sale: string): Question => ({ sale, cardholder: HOLDER });

function take<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(`${answer.problem.code}: ${answer.problem.detail ?? ''}`);
  return answer.value;
}
const codeOf = (answer: Answer<unknown>) => (answer.ok ? undefined : answer.problem.code);

/** A store that a test looks into, and that outlives its till. */
function openStore(): Store & { readonly keys: Map<string, string> } {
  const keys = new Map<string, string>();
  return {
    keys,
    get: (sale) => keys.get(sale),
    add: (sale, key) => keys.get(sale) ?? keys.set(sale, key).get(sale)!,
    replace: (sale, key) => void keys.set(sale, key),
  };
}

describe('a till at a simulator', () => {
  let simulator: TestSimulator;
  let key: string;
  beforeAll(async () => {
    simulator = await startTestSimulator();
    const paired = take(
      await pair({ url: simulator.url, name: '收银台 1', pin: '', code: async () => simulator.code() }),
    );
    key = paired.key;
  });
  afterAll(() => simulator.remove());
  const till = (more: Partial<TillOptions> = {}) => createTill({ url: simulator.url, key, ...more });

  it('hears what happens, and the outcome with a receipt that holds', async () => {
    const news: News[] = [];
    const view = take(
      await till({ language: 'en' }).verify({ ...of('A-1'), amount: 1990 }, { onNews: (one) => news.push(one) }),
    );
    expect(view).toMatchObject({ sale: 'A-1', outcome: 'verified', reason: 'matched', amount: 1990, next: [] });
    const steps = news.flatMap((one) => (one.event === 'step' ? [one.data.step] : []));
    expect(steps.slice(0, 3)).toEqual(['asked', 'consent', 'look']);
    expect(steps.at(-1)).toBe('matching');
    const said = take(await checkReceipt(view.receipt!, simulator.jwks as KeySet, { sale: 'A-1', simulator: true }));
    expect([said.outcome, said.verification, said.amount]).toEqual(['verified', view.verification, 1990]);
  });
  it('polls where it cannot stream', async () => {
    const view = take(await till({ events: 'poll' }).verify(of('A-2')));
    expect(view.outcome).toBe('verified');
  });
  it.each([
    ['SIM-CONSENT-REFUSED', 'cancelled', 'consent-refused'],
    ['SIM-EXPIRED', 'expired', 'expired'],
    ['SIM-POLICE-FACE-MISMATCH', 'rejected', 'police-face-mismatch'],
    ['sim-liveness-flat-motion.7', 'rejected', 'liveness-flat-motion'],
    ['SIM-BANK-UNAVAILABLE', 'unavailable', 'bank-unavailable'],
    ['SIM-CAMERA-MISSING', 'cancelled', 'camera-missing'],
    ['SIM-RESTART', 'cancelled', 'kiosk-fault'],
    ['SIM-CUT-BEFORE', 'verified', 'matched'],
    ['SIM-CUT-DURING', 'verified', 'matched'],
    ['SIM-CUT-AFTER', 'verified', 'matched'],
    ['SIM-SLOW', 'verified', 'matched'],
    ['SIM-QUEUE', 'verified', 'matched'],
    ['SIM-NO-BACKEND', 'verified', 'matched'],
    ['SIM-RECEIPT-WRONG', 'unavailable', 'backend-fault'],
  ])('learns %s as %s (%s), once', async (sale, outcome, reason) => {
    const view = take(await till().verify(of(sale)));
    expect([view.outcome, view.reason]).toEqual([outcome, reason]);
    const found = take(await till().findBySale(sale));
    expect([found.status, found.verifications.length]).toEqual(['processed', 1]);
  });
  it.each([
    ['SIM-NO-CAMERA', 'camera-missing'],
    ['SIM-BUSY', 'kiosk-busy'],
    ['SIM-PERSON-UNKNOWN', 'person-unknown'],
  ])('is told at once that %s is %s', async (sale, code) => {
    await untilFree();
    expect(codeOf(await till().verify(of(sale)))).toBe(code);
    await untilFree();
  });
  it('gets the same verification with the same store, and also with a store that was lost', async () => {
    const store = openStore();
    const first = take(await till({ store }).verify(of('B-1')));
    const later = take(await till({ store }).verify(of('B-1')));
    const lost = take(await till({ store: openStore() }).verify(of('B-1')));
    expect([later.verification, lost.verification]).toEqual([first.verification, first.verification]);
    expect(take(await till().findBySale('B-1')).verifications).toHaveLength(1);
  });
  it('asks once where two parts of it ask at once', async () => {
    const one = till();
    const both = await Promise.all([one.verify(of('B-2')), one.verify(of('B-2'))]);
    expect(take(both[0]!).verification).toBe(take(both[1]!).verification);
    expect(take(await one.findBySale('B-2')).verifications).toHaveLength(1);
  });
  it('makes another verification of a sale only where it is told to', async () => {
    const one = till();
    const first = take(await one.verify(of('SIM-CONSENT-REFUSED.2')));
    const next = take(await one.verify(of('SIM-CONSENT-REFUSED.2'), { anew: true }));
    expect(next.verification).not.toBe(first.verification);
  });
  it('takes another request under the same key for a mistake', async () => {
    const one = till();
    take(await one.verify(of('B-3')));
    expect(codeOf(await one.verify({ ...of('B-3'), amount: 5 }))).toBe('idempotency-conflict');
  });
  it('recovers by the sale: the outcome, what runs, and what never was', async () => {
    const asked = take(await till().ask(of('C-1')));
    expect(take(await till().findBySale('C-1')).status).toBe('in-progress');
    const recovered = take(await till().recover('C-1'));
    expect([recovered.status, recovered.verification?.verification]).toEqual(['processed', asked.verification]);
    expect(recovered.verification?.outcome).toBe('verified');
    expect(take(await till().recover('C-2')).status).toBe('not-found');
  });
  it('cancels, and learns who did', async () => {
    const one = till();
    const asked = take(await one.ask(of('SIM-EXPIRED.3')));
    const ended = take(await one.cancel(asked.verification));
    expect([ended.outcome, ended.cancelledBy]).toEqual(['cancelled', 'till']);
  });
  it('retries the same verification, one round however often the request comes', async () => {
    const one = till();
    const first = take(await one.verify(of('SIM-RETRY')));
    expect([first.outcome, first.next]).toEqual(['rejected', ['retry', 'appeal']]);
    const [again, same] = await Promise.all([one.retry(first), one.retry(first)]);
    expect([take(again!).round, take(same!).round]).toEqual([2, 2]);
    expect([take(again!).outcome, take(again!).verification]).toEqual(['verified', first.verification]);
    expect(take(await one.retry(first)).round).toBe(2);
  });
  it('asks less of somebody who cannot turn or nod, and the receipt says so', async () => {
    const one = till();
    const steps: string[] = [];
    const onNews = (news: News) => news.event === 'step' && steps.push(news.data.step);
    const by = { kind: 'attested', by: '1023' } as const;
    const attested = take(await one.verify({ ...of('H-1'), assistance: { ...by, present: true } }, { onNews }));
    expect([attested.outcome, attested.assistance]).toEqual(['verified', by]);
    expect(steps.filter((step) => /turn|nod/.test(step))).toEqual([]);
    const said = take(
      await checkReceipt(attested.receipt!, simulator.jwks as KeySet, { sale: 'H-1', simulator: true }),
    );
    expect(said.assistance).toEqual(by);
    expect(take(await one.verify({ ...of('H-2'), assistance: { kind: 'gentle' } })).lifetimeMs).toBe(4500);
    expect(take(await one.verify(of('H-3'))).assistance).toBeUndefined();
  });
  it('asks less in the next round, and nobody vouches twice by one word', async () => {
    const one = till();
    const first = take(await one.verify(of('SIM-LIVENESS-CHALLENGE-TIMEOUT.8')));
    expect(first.assistable).toEqual(['gentle', 'attested']);
    const second = take(await one.retry(first, { assistance: { kind: 'attested', by: '7', present: true } }));
    expect([second.round, second.assistance]).toEqual([2, { kind: 'attested', by: '7' }]);
    const third = take(await one.retry(second));
    expect([third.round, third.assistance]).toEqual([3, { kind: 'gentle' }]);
  });
  it('asks less while the person is asked for consent, and not of one that has ended', async () => {
    const one = till();
    const asked = take(await one.ask(of('SIM-EXPIRED.9')));
    const assisted = take(await one.assist(asked.verification, { kind: 'gentle' }));
    expect([assisted.assistance, assisted.lifetimeMs]).toEqual([{ kind: 'gentle' }, 4500]);
    take(await one.cancel(asked.verification));
    expect(codeOf(await one.assist(asked.verification, { kind: 'gentle' }))).toBe('nothing-asked');
  });
  it('is told where the policy allows nobody less, and takes another assistance under the same key for a mistake', async () => {
    const one = till();
    const gentle = { kind: 'gentle' } as const;
    expect(codeOf(await one.verify({ ...of('SIM-NO-ASSISTANCE'), assistance: gentle }))).toBe('assistance-not-allowed');
    expect(take(await one.verify(of('SIM-NO-ASSISTANCE'))).outcome).toBe('verified');
    take(await one.verify(of('H-4')));
    expect(codeOf(await one.verify({ ...of('H-4'), assistance: gentle }))).toBe('idempotency-conflict');
  });
  it('appeals', async () => {
    const one = till();
    const first = take(await one.verify(of('SIM-APPEAL')));
    expect(take(await one.appeal(first.verification, 'cashier')).appeal).toMatchObject({
      by: 'cashier',
      decision: 'open',
    });
  });
  it('asks who may stand there, and for one of them', async () => {
    const one = till();
    const { relatives } = take(await one.people(HOLDER));
    const { person } = relatives[0]!;
    const view = take(await one.verify({ ...of('D-1'), subject: { who: 'relative', person } }));
    expect(view.subject).toMatchObject({ who: 'relative', relation: { label: '配偶' } });
  });
  it('believes no receipt of a simulator in a shop, no forged one, and none of another sale', async () => {
    const jwks = simulator.jwks as KeySet;
    const one = till();
    const { receipt } = take(await one.verify(of('E-1')));
    expect(codeOf(await checkReceipt(receipt!, jwks, { sale: 'E-1' }))).toBe('receipt-of-a-simulator');
    expect(codeOf(await checkReceipt(receipt!, jwks, { sale: 'E-2', simulator: true }))).toBe(
      'receipt-of-another-sale',
    );
    const forged = take(await one.verify(of('SIM-RECEIPT-FORGED'))).receipt!;
    const options = { sale: 'SIM-RECEIPT-FORGED', simulator: true };
    expect(codeOf(await checkReceipt(forged, jwks, options))).toBe('receipt-signature-wrong');
    expect(codeOf(await checkReceipt('a.b', jwks, options))).toBe('receipt-malformed');
  });
  it('is refused with a wrong key', async () => {
    expect(codeOf(await createTill({ url: simulator.url, key: 'x' }).verify(of('F-1')))).toBe('till-unknown');
  });
  it('says that its store failed rather than asking without one', async () => {
    const fail = () => {
      throw new Error('disk full');
    };
    const store = { get: () => undefined, add: fail, replace: fail };
    expect(codeOf(await till({ store }).verify(of('G-1')))).toBe('store-failed');
    expect(take(await till().findBySale('G-1')).status).toBe('not-found');
  });

  /** The counter is free, and what was pulled out is back. */
  async function untilFree(): Promise<void> {
    for (;;) {
      const health = (await (await fetch(`${simulator.url}/healthz`)).json()) as { ok: boolean; busy: boolean };
      if (health.ok && !health.busy) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});

describe('a till over TLS', () => {
  let simulator: TestSimulator;
  beforeEach(async () => {
    simulator = await startTestSimulator({ tls: true });
  });
  afterEach(() => simulator.remove());

  it('is paired by the code on the screen, and talks to this certificate only', async () => {
    const pin = await seePin(simulator.url);
    expect(pin).toBe(simulator.pin);
    const own = createPinnedFetch(pin);
    const { key } = take(
      await pair({ url: simulator.url, name: 'a', pin, fetch: own, code: async () => simulator.code() }),
    );
    const view = take(await createTill({ url: simulator.url, key, fetch: own }).verify(of('T-1')));
    expect(view.outcome).toBe('verified');
    const stranger = createTill({ url: simulator.url, key, fetch: createPinnedFetch('A'.repeat(43)) });
    expect(codeOf(await stranger.verify(of('T-2')))).toBe('certificate-wrong');
  });
  it('has three tries, and gives up where the cashier does', async () => {
    const url = simulator.url;
    const pin = await seePin(url);
    const own = createPinnedFetch(pin);
    const left: number[] = [];
    const code = async ({ tries }: { tries: number }) => {
      left.push(tries);
      return simulator.code()!.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
    };
    expect(codeOf(await pair({ url, name: 'a', pin, fetch: own, code }))).toBe('pairing-code-wrong');
    expect(left).toEqual([3, 2, 1]);
  });
});

describe('a till whose kiosk does not answer', () => {
  let server: Server;
  let url: string;
  const open = async (handler: Parameters<typeof createServer>[1]) => {
    server = createServer(handler).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
    never: () => undefined,
    half: (response) => void response.writeHead(200, { 'content-length': '100' }).write('{"sale":'),
    nonsense: (response) => void response.end('<html>'),
  };
  it.each(Object.keys(answers))('(%s) ends within its limit', async (how) => {
    await open((_, response) => answers[how]!(response));
    const till = createTill({ url, requestMs: 200, callMs: 500 });
    const began = performance.now();
    const told = await Promise.all([
      till.verify(of('x')),
      till.find('x'),
      till.recover('x'),
      till.cancel('x'),
      till.retry({ verification: 'x', round: 1 }),
    ]);
    expect(told.map(codeOf)).toEqual(Array(5).fill('kiosk-unreachable'));
    const news: News[] = [];
    for await (const one of till.watch('x', { limitMs: 300 })) news.push(one);
    expect(news).toEqual([{ event: 'problem', data: { code: 'outcome-unknown', status: 0 } }]);
    expect(performance.now() - began).toBeLessThan(1500);
  });
  it('ends when the cashier leaves', async () => {
    await open(() => undefined);
    const leave = AbortSignal.timeout(100);
    const began = performance.now();
    expect(codeOf(await createTill({ url }).verify(of('x'), { signal: leave }))).toBe('aborted');
    expect(performance.now() - began).toBeLessThan(1000);
  });
  it('does not wait for a fetch that heeds no signal', async () => {
    await open(() => undefined);
    const deaf = () => new Promise<Response>(() => undefined);
    const till = createTill({ url, fetch: deaf as never, callMs: 200 });
    expect(codeOf(await till.find('x'))).toBe('kiosk-unreachable');
  });
});
