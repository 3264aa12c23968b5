import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PERSON, startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createCounter, until } from '../testing/counter.ts';
import { createTestTill } from '../testing/till.ts';

let backend: TestBackend;
let counter: ReturnType<typeof createCounter>;
const faults: unknown[] = [];
beforeEach(async () => {
  backend = await startTestBackend();
  counter = createCounter(backend.url);
});
afterEach(async () => {
  await counter.close();
  await backend.shut();
  expect(faults).toEqual([]);
});

const KEYS = ['a', 'b'].map((name) => ({
  name: `till-${name}`,
  sha256: createHash('sha256').update(`key-${name}`).digest('hex'),
}));
const till = (keys: typeof KEYS = []) => createTestTill(counter, { keys, fault: (error) => void faults.push(error) });
const RIGHT = { sale: 'S-1', cardholder: { idNumber: PERSON } };
type Options = { key?: string; headers?: Record<string, string>; body?: BodyInit; keys?: typeof KEYS };

function post(body: unknown, { key = 'k1', headers = {}, keys = [] }: Options = {}) {
  const all = { host: '127.0.0.1:8080', 'content-type': 'application/json', 'idempotency-key': key, ...headers };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return till(keys).request('/v1/verifications', { method: 'POST', headers: all, body: text });
}
const get = (path: string, headers: Record<string, string> = {}, keys: typeof KEYS = []) =>
  till(keys).request(path, { headers: { host: '127.0.0.1:8080', ...headers } });
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return [response.status, ((await response.json()) as { code: string }).code];
};

describe('a question of a till', () => {
  it('is answered with 201, the same again with 200, and says where it is', async () => {
    const first = await post(RIGHT);
    expect([first.status, first.headers.get('location')]).toEqual([201, '/v1/verifications/v1']);
    expect(await first.json()).toMatchObject({ verification: 'v1', sale: 'S-1', subject: { name: '张*' } });
    expect((await post(RIGHT)).status).toBe(200);
    expect(await problemOf(await post({ ...RIGHT, sale: 'S-2' }))).toEqual([409, 'idempotency-conflict']);
    expect(await problemOf(await post(RIGHT, { key: 'k2' }))).toEqual([409, 'kiosk-busy']);
  });
  it.each([
    ['no key', RIGHT, { key: '' }, 400, 'idempotency-key-missing'],
    ['a key with a space', RIGHT, { key: 'a b' }, 400, 'idempotency-key-missing'],
    ['half a JSON', '{"sale":', {}, 400, 'json-malformed'],
    ['no JSON', 'sale=1', { headers: { 'content-type': 'text/plain' } }, 415, 'type-unsupported'],
    [
      'a wrong check digit',
      { ...RIGHT, cardholder: { idNumber: `${PERSON.slice(0, 17)}0` } },
      {},
      422,
      'id-number-invalid',
    ],
    ['an unknown field', { ...RIGHT, price: 1 }, {}, 422, 'request-invalid'],
    ['a till named in the body', { ...RIGHT, till: 'till-b' }, {}, 422, 'request-invalid'],
    ['no sale', { cardholder: RIGHT.cardholder }, {}, 422, 'request-invalid'],
    ['a list', [], {}, 422, 'request-invalid'],
    ['the channel phone', { ...RIGHT, channel: 'phone' }, {}, 422, 'channel-unavailable'],
    ['too much', { ...RIGHT, more: 'x'.repeat(17_000) }, {}, 413, 'body-too-large'],
    ['a page of another site', RIGHT, { headers: { origin: 'https://example.com' } }, 403, 'origin-refused'],
    ['a name that only leads here', RIGHT, { headers: { host: 'evil.example:8080' } }, 403, 'origin-refused'],
  ])('with %s is refused', async (_, body, options, status, code) => {
    expect(await problemOf(await post(body, options))).toEqual([status, code]);
    expect(backend.seen.creates).toBe(0);
  });
  it('never gets its ID number back in an error', async () => {
    const wrong = `${PERSON.slice(0, 17)}0`;
    expect(await (await post({ ...RIGHT, cardholder: { idNumber: wrong } })).text()).not.toContain(wrong);
  });
  it('passes on that nobody is known', async () => {
    backend.knobs.unknown = true;
    expect(await problemOf(await post(RIGHT))).toEqual([404, 'person-unknown']);
  });
  it('is refused before the person is asked when the camera is known to be gone', async () => {
    counter.camera.plug(false);
    counter.eye.probe();
    await until(() => counter.eye.status().kind === 'lost');
    expect(await problemOf(await post(RIGHT))).toEqual([503, 'camera-missing']);
    expect(backend.seen.creates).toBe(0);
  });
  it('is refused when the backend is away', async () => {
    await backend.shut();
    expect(await problemOf(await post(RIGHT))).toEqual([503, 'backend-unreachable']);
  });
});

describe('tills with keys', () => {
  const as = (name: string) => ({ authorization: `Bearer key-${name}` });
  it.each<Record<string, string>>([{}, { authorization: 'Bearer wrong' }, { authorization: 'key-a' }])(
    'are refused with %j',
    async (headers) => {
      expect(await problemOf(await post(RIGHT, { headers, keys: KEYS }))).toEqual([401, 'till-unknown']);
    },
  );
  it('do not see each other’s verifications, and share no keys', async () => {
    const asked = await post(RIGHT, { headers: as('a'), keys: KEYS });
    expect(asked.status).toBe(201);
    expect((await get('/v1/verifications/v1', as('a'), KEYS)).status).toBe(200);
    expect(await problemOf(await get('/v1/verifications/v1', as('b'), KEYS))).toEqual([404, 'verification-unknown']);
    expect(await problemOf(await get('/v1/verifications/v1/events', as('b'), KEYS))).toEqual([
      404,
      'verification-unknown',
    ]);
    const cancel = await till(KEYS).request('/v1/verifications/v1/cancel', { method: 'POST', headers: as('b') });
    expect(await problemOf(cancel)).toEqual([404, 'verification-unknown']);
    expect(await problemOf(await post(RIGHT, { headers: as('b'), keys: KEYS }))).toEqual([409, 'kiosk-busy']);
  });
});

describe('the events of a verification', () => {
  it('come with ids, end with the outcome, and go on after the last one that was seen', async () => {
    await post(RIGHT);
    await until(() => counter.consent.answer('v1', false));
    const whole = await (await get('/v1/verifications/v1/events')).text();
    const ids = [...whole.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    expect(whole).toMatch(/event: step\ndata: {"step":"asked"}/);
    expect(whole.trim().split('\n\n').at(-1)).toMatch(/event: outcome/);
    const rest = await (await get('/v1/verifications/v1/events', { 'last-event-id': '1' })).text();
    expect(rest).not.toContain('"asked"');
    expect(rest).toContain('consent-refused');
  });
});

describe('everything else', () => {
  it('is a problem too', async () => {
    expect(await problemOf(await get('/v2'))).toEqual([404, 'not-found']);
    expect(await problemOf(await get('/v1/verifications/none'))).toEqual([404, 'verification-unknown']);
    expect((await get('/healthz')).status).toBe(200);
  });
});
