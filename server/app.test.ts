import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REAL_WORLD } from './clock.ts';
import type { Attempt, Problem, Verification } from './contract/index.ts';
import { json, problem } from './testing/answers.ts';
import { LI, startTestBackend, type TestBackend, ZHANG } from './testing/backend.ts';
import { TestKiosk } from './testing/kiosk.ts';

let backend: TestBackend;
let kiosk: TestKiosk;
beforeAll(async () => {
  backend = await startTestBackend();
  kiosk = await backend.kiosk();
});
afterAll(async () => {
  expect(backend.faults).toEqual([]);
  await backend.remove();
});

const created = async (who = kiosk, idNumber = ZHANG) => json<Verification>(who.ask(idNumber));
const opened = async (id: string, who = kiosk) => json<Attempt>(who.attempt(id));

describe('enrolment', () => {
  it('with a code that the operator never gave is refused', async () => {
    expect(await problem(kiosk.enrol('WRONG-CODE'))).toEqual([403, 'enrolment-code-unknown']);
  });
  it('with a code that another kiosk used is refused; by the same kiosk again it gives the same id', async () => {
    const other = await backend.kiosk();
    expect(await problem(other.enrol('CODE-0'))).toEqual([409, 'enrolment-code-used']);
    const { id } = kiosk;
    expect((await kiosk.enrol('CODE-0')).status).toBe(201);
    expect(kiosk.id).toBe(id);
  });
  it('with half a key says where it is wrong', async () => {
    const key = { kty: 'OKP', crv: 'Ed25519', x: 'short' };
    const body = JSON.stringify({ code: 'CODE-7', name: 'n', store: 's', key });
    const response = await backend.app.request('/v1/kiosks', { method: 'POST', body });
    expect(response.status).toBe(422);
    expect((await json<Problem>(response)).issues?.map(({ path }) => path)).toEqual(['key.x']);
  });
});

describe('guessing enrolment codes', () => {
  it('is stopped after ten wrong ones, also for whoever guesses right then, and goes on a minute later', async () => {
    let ahead = 0;
    const one = await startTestBackend({ world: { ...REAL_WORLD, now: () => Date.now() + ahead } });
    const guesser = await one.kiosk();
    for (let i = 0; i < 10; i++) expect((await guesser.enrol(`WRONG-${i}`)).status).toBe(403);
    const limited = await guesser.enrol('CODE-5');
    expect(limited.headers.get('retry-after')).toBe('60');
    expect(await problem(limited)).toEqual([429, 'enrolment-limited']);
    ahead = 60_000;
    expect((await guesser.enrol('CODE-5')).status).toBe(201);
    await one.remove();
  });
});

describe('a request', () => {
  it('of a stranger is refused before its body is read', async () => {
    let read = 0;
    const body = new ReadableStream({
      pull: (stream) => {
        read++;
        stream.enqueue(new Uint8Array(1024));
      },
    });
    const path = '/v1/verifications/v/attempts/a/evidence';
    const stranger = new TestKiosk((url, init) => backend.app.request(url, init));
    stranger.id = 'nobody';
    const { url, init } = stranger.sign({ method: 'POST', path, body: 'x' });
    const request = new Request(url, { ...init, body, duplex: 'half' } as RequestInit);
    expect(await problem(backend.app.request(request))).toEqual([401, 'kiosk-unknown']);
    expect(read).toBeLessThan(3);
  });
  it('whose body is not covered by its signature is refused', async () => {
    const path = '/v1/verifications';
    const { url, init } = kiosk.sign({ method: 'POST', path });
    expect(await problem(backend.app.request(url, { ...init, body: '{}' }))).toEqual([401, 'signature-incomplete']);
  });
  it('that is not signed is refused', async () => {
    expect(await problem(backend.app.request('/v1/verifications/x'))).toEqual([401, 'signature-missing']);
  });
  it('sent twice is refused the second time', async () => {
    const { url, init } = kiosk.sign({ method: 'GET', path: '/v1/verifications/x' });
    expect(await problem(backend.app.request(url, init))).toEqual([404, 'verification-unknown']);
    expect(await problem(backend.app.request(url, init))).toEqual([401, 'nonce-replayed']);
  });
  it('with another body than was signed is refused', async () => {
    const { url, init } = kiosk.sign({ method: 'POST', path: '/v1/verifications', json: { a: 1 } });
    expect(await problem(backend.app.request(url, { ...init, body: '{"a":2}' }))).toEqual([401, 'digest-mismatch']);
  });
  it('of an unknown kiosk is refused', async () => {
    const stranger = await backend.kiosk();
    stranger.id = 'nobody';
    expect(await problem(stranger.ask(ZHANG))).toEqual([401, 'kiosk-unknown']);
  });
  it.each([
    ['GET', '/v2/anything', 404, 'route-unknown'],
    ['GET', '/', 404, 'route-unknown'],
    ['DELETE', '/v1/verifications/x', 405, 'method-not-allowed'],
    ['PUT', '/v1/kiosks', 405, 'method-not-allowed'],
    ['GET', '/v1/verifications/x/cancel', 405, 'method-not-allowed'],
  ])('%s %s is answered %i %s', async (method, path, status, code) => {
    expect(await problem(backend.app.request(path, { method }))).toEqual([status, code]);
  });
  it('that is too large is refused, and not read to its end', async () => {
    const path = '/v1/verifications';
    expect(await problem(kiosk.request({ method: 'POST', path, body: 'x'.repeat(70_000) }))).toEqual([
      413,
      'body-too-large',
    ]);
    let read = 0;
    const body = new ReadableStream({
      pull: (stream) => {
        read += 1;
        stream.enqueue(new Uint8Array(16_384));
      },
    });
    const { url, init } = kiosk.sign({ method: 'POST', path, body: 'x' });
    const endless = { ...init, body, duplex: 'half' } as RequestInit;
    expect(await problem(backend.app.request(url, endless))).toEqual([413, 'body-too-large']);
    expect(read).toBeLessThan(20);
  });
});

describe('asking for a verification', () => {
  it('gives one that shows the subject masked, and nothing else of them', async () => {
    const response = await kiosk.ask(ZHANG, { key: 'first' });
    expect(response.status).toBe(201);
    const text = await response.text();
    const verification = JSON.parse(text) as Verification;
    expect(verification).toMatchObject({
      state: 'waiting',
      subject: { name: '张*敏', idNumber: '110***********002X' },
      answered: [],
    });
    expect(Date.parse(verification.expiresAt) - Date.parse(verification.createdAt)).toBe(120_000);
    expect(text).not.toContain(ZHANG);
    expect(response.headers.get('location')).toBe(`/v1/verifications/${verification.id}`);
  });
  it('again with the same key gives the same one; with another body a conflict', async () => {
    const again = await kiosk.ask(ZHANG, { key: 'first' });
    expect(again.status).toBe(200);
    expect(await problem(kiosk.ask(ZHANG, { key: 'first', sale: 'S-2' }))).toEqual([409, 'idempotency-conflict']);
  });
  it('while one is unfinished is refused, for this kiosk only', async () => {
    expect(await problem(kiosk.ask(LI))).toEqual([409, 'kiosk-busy']);
    const other = await backend.kiosk();
    expect((await other.ask(LI)).status).toBe(201);
  });
  it('for somebody unknown, with a wrong check digit, without a key or on another channel is refused with a code', async () => {
    const { id } = await json<Verification>(kiosk.ask(ZHANG, { key: 'first' }));
    expect((await kiosk.cancel(id)).status).toBe(200);
    expect(await problem(kiosk.ask('110105194901010224'))).toEqual([404, 'person-unknown']);
    expect(await problem(kiosk.ask(ZHANG, { channel: 'phone' }))).toEqual([422, 'channel-unavailable']);
    const path = '/v1/verifications';
    expect(await problem(kiosk.request({ method: 'POST', path, json: {} }))).toEqual([400, 'idempotency-key-missing']);
    const headers = { 'idempotency-key': 'k' };
    expect(await problem(kiosk.request({ method: 'POST', path, body: '{', headers }))).toEqual([400, 'body-malformed']);
    const wrong = await kiosk.ask('110105194912310021');
    expect(wrong.status).toBe(422);
    const text = await wrong.text();
    expect((JSON.parse(text) as Problem).issues).toEqual([
      { path: 'cardholder.idNumber', message: 'the check digit of the ID number is wrong: probably a typing error' },
    ]);
    expect(text).not.toContain('110105194912310021');
  });
  it('with a field that nobody knows names it', async () => {
    const body = { till: 'T', sale: 'S', cardholder: { idNumber: ZHANG }, amuont: 3 };
    const headers = { 'idempotency-key': 'k2' };
    const response = await kiosk.request({ method: 'POST', path: '/v1/verifications', json: body, headers });
    expect((await json<Problem>(response)).issues).toEqual([{ path: 'amuont', message: 'unknown field' }]);
  });
});

describe("another kiosk's verification", () => {
  it('does not exist for a kiosk, whatever it asks of it', async () => {
    const [mine, other] = [await backend.kiosk(), await backend.kiosk()];
    const { id } = await created(mine);
    const attempt = await opened(id, mine);
    const path = `/v1/verifications/${id}`;
    expect(await problem(other.request({ method: 'GET', path }))).toEqual([404, 'verification-unknown']);
    expect(await problem(other.request({ method: 'GET', path: `${path}/events` }))).toEqual([
      404,
      'verification-unknown',
    ]);
    expect(await problem(other.attempt(id))).toEqual([404, 'verification-unknown']);
    expect(await problem(other.cancel(id))).toEqual([404, 'verification-unknown']);
    expect(await problem(other.hand(attempt, 'x'))).toEqual([404, 'verification-unknown']);
  });
});
