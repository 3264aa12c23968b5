import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PERSON, startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createCounter, until } from '../testing/counter.ts';
import { createTestTill } from '../testing/till.ts';

let backend: TestBackend;
let counter: ReturnType<typeof createCounter>;
let app: ReturnType<typeof createTestTill>;
const faults: unknown[] = [];
beforeEach(async () => {
  backend = await startTestBackend();
  counter = createCounter(backend.url, { places: 1 });
  app = createTestTill(counter, { fault: (error) => void faults.push(error) });
});
afterEach(async () => {
  await counter.close();
  await backend.shut();
  expect(faults).toEqual([]);
});

type Json = Record<string, never>;
async function call(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  const headers = { host: '127.0.0.1', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await app.request(path, init);
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Json, headers: response.headers };
}
const ask = (sale: string, key: string, more: object = {}) =>
  call('POST', '/v1/verifications', { sale, cardholder: { idNumber: PERSON }, ...more }, { 'idempotency-key': key });
const refuse = (id: string) => until(() => counter.consent.answer(id, false));

describe('what became of a sale', () => {
  it('is not found, in progress, or processed with its outcome', async () => {
    const find = async () => (await call('GET', '/v1/verifications?sale=S-1')).body;
    expect(await find()).toEqual({ sale: 'S-1', status: 'not-found', verifications: [] });
    await ask('S-1', 'k1');
    expect(await find()).toMatchObject({ status: 'in-progress', verification: { verification: 'v1' } });
    await refuse('v1');
    await until(() => !counter.desk.isBusy());
    expect(await find()).toMatchObject({
      status: 'processed',
      verification: { outcome: 'cancelled', cancelledBy: 'subject', receipt: backend.receiptOf('v1') },
    });
    expect((await call('GET', '/v1/verifications')).body.code).toBe('request-invalid');
  });
});

describe('a till that cannot stream', () => {
  it('waits for the outcome, and is answered the moment that it is there', async () => {
    const asked = await ask('S-1', 'k1');
    expect(asked.body.remainingMs).toBeGreaterThan(29_000);
    const started = performance.now();
    const waiting = call('GET', '/v1/verifications/v1?wait=20');
    await refuse('v1');
    const { body } = await waiting;
    expect(body).toMatchObject({ outcome: 'cancelled', remainingMs: 0 });
    expect(body.message).toMatch(/^[^a-z]*：[^a-z]*$/);
    const english = await call('GET', '/v1/verifications/v1', undefined, { 'accept-language': 'en' });
    expect(english.body.message).toMatch(/^[A-Z].*: [A-Z]/);
    expect(performance.now() - started).toBeLessThan(5000);
    expect((await call('GET', '/v1/verifications/v1?wait=20')).body.outcome).toBe('cancelled');
  });
  it('is answered with what there is when the time is over, or with the next news when it says what it has', async () => {
    await ask('S-1', 'k1');
    await until(() => counter.desk.events('v1', 0).length === 1);
    const still = await call('GET', '/v1/verifications/v1?wait=0.05');
    expect(still.body).toMatchObject({ step: 'asked', state: 'waiting', event: 1 });
    const news = call('GET', '/v1/verifications/v1?wait=20&after=1');
    await until(() => counter.consent.answer('v1', true));
    const told = (await news).body;
    expect(told.event).toBeGreaterThan(1);
    expect((await call('GET', '/v1/verifications/v1?wait=61')).body.code).toBe('request-invalid');
  });
});

describe('an interface with a queue', () => {
  it('answers 201 with a place, and busy with whose it is when there is none', async () => {
    await ask('S-1', 'k1');
    const second = await ask('S-2', 'k2');
    expect([second.status, second.body]).toMatchObject([201, { state: 'queued', place: 1 }]);
    const third = await ask('S-3', 'k3');
    expect([third.status, third.body]).toMatchObject([409, { code: 'kiosk-busy', busy: { own: true, sale: 'S-1' } }]);
    const id = String(second.body.verification);
    expect((await call('POST', `/v1/verifications/${id}/cancel`)).body).toMatchObject({ cancelledBy: 'till' });
    expect((await call('GET', `/v1/verifications/${id}`)).body).toMatchObject({ outcome: 'cancelled' });
  });
  it.each(['phone', 'cashier-phone'])('says that the channel %s is not for this kiosk', async (channel) => {
    const { status, body } = await ask('S-1', 'k1', { channel });
    expect([status, body.code]).toEqual([422, 'channel-unavailable']);
  });
});

describe('after an outcome', () => {
  it('a retry goes on with the same verification, and an appeal is taken', async () => {
    backend.knobs.next = ['retry', 'appeal'];
    await ask('S-1', 'k1');
    await refuse('v1');
    await until(() => !counter.desk.isBusy());
    const again = await call('POST', '/v1/verifications/v1/retry', { round: 2 });
    expect([again.status, again.body]).toMatchObject([200, { verification: 'v1', round: 2, state: 'waiting' }]);
    expect((await call('POST', '/v1/verifications/v1/retry')).body).toMatchObject({ round: 2 });
    expect((await call('POST', '/v1/verifications/v1/retry', { round: 5 })).body.code).toBe('verification-live');
    await refuse('v1');
    await until(() => !counter.desk.isBusy());
    const appeal = await call('POST', '/v1/verifications/v1/appeal', { by: 'cashier' });
    expect(appeal.body).toMatchObject({ state: 'appealed', outcome: 'cancelled', appeal: { by: 'cashier' } });
    expect((await call('POST', '/v1/verifications/v1/appeal', { by: 'till' })).body.code).toBe('request-invalid');
  });
});

describe('what a till is told', () => {
  it('is never a score or a picture, whatever the backend says', async () => {
    const webhook = { till: 'local', url: 'http://127.0.0.1:9/hook', secret: 'whsec_AAAA' };
    counter.messages.put(webhook);
    await ask('S-1', 'k1');
    await until(() => counter.desk.find('local', 'v1')?.step === 'asked');
    const { verification } = backend.all.get('v1')!;
    const more = {
      score: 0.987654,
      similarity: 0.987654,
      pad: 0.987654,
      still: '/9j/4AAQSkZJRg',
      embedding: [0.987654],
    };
    Object.assign(verification, more, { subject: { ...verification.subject, ...more } });
    backend.end('v1', 'verified', 'matched');
    Object.assign(backend.all.get('v1')!.verification.result!, more);
    await call('POST', '/v1/verifications/v1/cancel');
    const seen = await call('GET', '/v1/verifications/v1');
    expect(seen.body).toMatchObject({ outcome: 'verified', receipt: backend.receiptOf('v1') });
    const stream = await app.request('/v1/verifications/v1/events', { headers: { host: '127.0.0.1' } });
    const all = [seen, await call('GET', '/v1/verifications?sale=S-1'), await stream.text(), counter.messages.due()];
    for (const one of all) {
      expect(JSON.stringify(one)).toContain('verified');
      expect(JSON.stringify(one)).not.toMatch(/0\.987654|9j\/4AAQ|score|similarity|"pad"|embedding|still/);
    }
  });
});

describe('people and webhooks', () => {
  it('are asked of the backend, masked', async () => {
    const people = await call('POST', '/v1/people', { cardholder: { idNumber: PERSON } });
    expect(people.body).toMatchObject({ family: 'known', cardholder: { name: '张*' } });
    expect((await call('POST', '/v1/people', { cardholder: {} })).body.code).toBe('request-invalid');
  });
  it('are set, shown without the secret, and removed', async () => {
    expect((await call('GET', '/v1/webhook')).body.code).toBe('webhook-unknown');
    const set = await call('PUT', '/v1/webhook', { url: 'http://192.168.1.9:9000/hook' });
    expect(set.body).toMatchObject({ url: 'http://192.168.1.9:9000/hook', secret: expect.stringMatching(/^whsec_/) });
    await ask('S-1', 'k1');
    await refuse('v1');
    await until(() => !counter.desk.isBusy());
    const shown = await call('GET', '/v1/webhook');
    expect(shown.body).toEqual({ url: 'http://192.168.1.9:9000/hook', pending: 1, delivered: 0, dropped: 0 });
    const refused = await call('PUT', '/v1/webhook', { url: 'http://8.8.8.8/' });
    expect([refused.status, refused.body.code]).toEqual([422, 'webhook-refused']);
    expect((await call('DELETE', '/v1/webhook')).status).toBe(204);
    expect((await call('DELETE', '/v1/webhook')).body.code).toBe('webhook-unknown');
  });
});
