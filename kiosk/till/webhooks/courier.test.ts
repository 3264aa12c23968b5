import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TillEvent, TillView } from '../../contract.ts';
import { openDatabase } from '../../outbox/database.ts';
import { createCourier } from './courier.ts';
import { openMessages } from './messages.ts';
import type { Delivered, Delivery } from './send.ts';

const DELIVERED: Delivered = { kind: 'delivered' };
const FAILED: Delivered = { kind: 'failed', failure: 'ECONNREFUSED' };
const view = (verification: string): TillView => ({
  verification,
  sale: 'S-1',
  state: 'verified',
  purpose: 'purchase',
  cardholder: { name: '张*', idNumber: '1' },
  subject: { name: '张*', idNumber: '1', who: 'cardholder' },
  round: 1,
  rounds: 3,
  expiresAt: '',
  lifetimeMs: 1,
});
const outcome = (id: number): TillEvent => ({ id, event: 'outcome', data: { outcome: 'verified', reason: 'matched' } });

/** A courier whose clock the test holds; every turn of the loop is one look. */
function start(answer: (delivery: Delivery, turn: number) => Delivered | Promise<Delivered>, revoked: string[] = []) {
  const database = openDatabase(':memory:');
  const clock = { now: 1_000_000_000 };
  const messages = openMessages(database, () => clock.now);
  const sent: { url: string; id: string; verification: string; event: number }[] = [];
  const deps = {
    messages,
    epoch: () => clock.now,
    random: () => 0.5,
    admits: (till: string) => !revoked.includes(till),
    note: () => undefined,
    async send(delivery: Delivery) {
      const { data } = JSON.parse(delivery.body) as { data: { verification: string; event: number } };
      const { verification, event } = data;
      sent.push({ url: delivery.url, id: delivery.headers['webhook-id']!, verification, event });
      return answer(delivery, sent.length);
    },
  };
  const settle = async (deps_ = deps) => {
    const courier = createCourier(deps_);
    courier.wake();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await courier.close();
  };
  const listen = (till: string) => messages.put({ till, url: `http://10.0.0.1/${till}`, secret: 'whsec_AAAA' });
  return { messages, sent, clock, settle, listen, database };
}

describe('the courier', () => {
  it('carries each message until it is taken, in the order of its verification, and counts one success', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (luck, count) => {
          const { messages, sent, clock, settle, listen } = start((_, turn) =>
            luck[turn - 1] === false ? FAILED : DELIVERED,
          );
          listen('a');
          for (let id = 1; id <= count; id++) messages.add('a', view('v1'), outcome(id));
          for (let turn = 0; turn < luck.length + count && messages.counts('a').pending > 0; turn++) {
            await settle();
            clock.now += 3_600_000;
          }
          expect(messages.counts('a')).toMatchObject({ pending: 0, delivered: count, dropped: 0 });
          const order = sent.map(({ event }) => event);
          expect(order).toEqual([...order].sort((a, b) => a - b));
          expect(new Set(sent.map(({ id }) => id)).size).toBe(count);
        },
      ),
      { numRuns: 25 },
    );
  });
  it('lets a till that does not answer hold up nobody else', async () => {
    const never = new Promise<Delivered>(() => undefined);
    const { messages, sent, listen } = start(({ url }) => (url.endsWith('dead') ? never : DELIVERED));
    listen('dead');
    listen('well');
    for (let number = 1; number <= 40; number++) messages.add('dead', view(`d${number}`), outcome(1));
    for (let number = 1; number <= 10; number++) messages.add('well', view(`w${number}`), outcome(1));
    const deps = { messages, epoch: () => 2_000_000_000, random: () => 0.5, admits: () => true, note: () => undefined };
    const courier = createCourier({
      ...deps,
      send: (delivery) => {
        sent.push({ url: delivery.url, id: '', verification: '', event: 0 });
        return delivery.url.endsWith('dead') ? never : Promise.resolve(DELIVERED);
      },
    });
    courier.wake();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(messages.counts('well')).toMatchObject({ pending: 0, delivered: 10 });
    expect(sent.filter(({ url }) => url.endsWith('dead'))).toHaveLength(2);
  });
  it('keeps what the process had not delivered, under the same id, and gives it up after a day', async () => {
    const { messages, sent, clock, settle, listen, database } = start(() => FAILED);
    listen('a');
    messages.add('a', view('v1'), outcome(1));
    await settle();
    const reopened = openMessages(database, () => clock.now);
    expect(reopened.counts('a')).toMatchObject({ pending: 1, lastFailure: 'ECONNREFUSED' });
    for (let turn = 0; turn < 60; turn++) {
      clock.now += 3_600_000;
      await settle();
    }
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(messages.counts('a')).toMatchObject({ pending: 0, delivered: 0, dropped: 1 });
  });
  it('sends nothing to a till that is revoked or wants no more', async () => {
    const one = start(() => DELIVERED, ['a']);
    one.listen('a');
    one.messages.add('a', view('v1'), outcome(1));
    await one.settle();
    expect([one.sent, one.messages.find('a')]).toEqual([[], undefined]);
    const two = start(() => ({ kind: 'gone' }));
    two.listen('a');
    two.messages.add('a', view('v1'), outcome(1));
    two.messages.add('a', view('v2'), outcome(1));
    await two.settle();
    expect([two.messages.find('a'), two.messages.counts('a').pending]).toEqual([undefined, 0]);
    two.messages.add('a', view('v3'), outcome(1));
    expect(two.messages.counts('a').pending).toBe(0);
  });
  it('tells outcomes, not steps', () => {
    const { messages, listen } = start(() => DELIVERED);
    listen('a');
    messages.add('a', view('v1'), { id: 1, event: 'step', data: { step: 'look' } });
    messages.add('a', view('v1'), { id: 2, event: 'queued', data: { place: 1 } });
    expect(messages.due()).toEqual([]);
    messages.add('a', view('v1'), { id: 3, event: 'retry', data: { round: 2 } });
    expect(messages.due()).toHaveLength(1);
    expect(messages.soonest()).toBeDefined();
  });
});
