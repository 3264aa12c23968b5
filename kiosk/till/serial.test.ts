import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPort, type Port } from '../../hardware/port.ts';
import { PERSON, startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createCounter, until } from '../testing/counter.ts';
import { createTestTill } from '../testing/till.ts';
import { hasSocat, openWire } from '../testing/wire.ts';
import { agree, makeShare } from './pake.ts';
import { serveSerial } from './serial.ts';
import { MAX_LINE, readSerialLine, writeSerialLine } from './serial-lines.ts';

describe('a line of a till', () => {
  it('is a request, a cancel, or told to be wrong, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readSerialLine(text);
        if (read.kind !== 'wrong') return;
        expect(['json-malformed', 'request-invalid']).toContain(read.problem.code);
      }),
    );
  });
  it('may carry what a request over HTTP may, and no header that says where it comes from', () => {
    const request = { id: 1, method: 'POST', path: '/v1/verifications', headers: { 'idempotency-key': 'k' }, body: {} };
    expect(readSerialLine(JSON.stringify(request))).toEqual({ kind: 'request', request });
    for (const headers of [{ host: 'x' }, { origin: 'x' }, { 'x-forwarded-for': 'x' }])
      expect(readSerialLine(JSON.stringify({ ...request, headers })).kind).toBe('wrong');
    for (const path of ['v1', '/v1 x', '/\n', `/${'x'.repeat(1024)}`])
      expect(readSerialLine(JSON.stringify({ ...request, path })).kind).toBe('wrong');
    expect(readSerialLine('{"cancel":1}')).toEqual({ kind: 'cancel', id: 1 });
    expect(readSerialLine('{"id":"a","method":"PATCH","path":"/"}')).toMatchObject({ id: 'a' });
  });
  it('of the kiosk is one line of 7-bit letters, and means the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
        const line = writeSerialLine(value);
        expect(line).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe.skipIf(!hasSocat)('a till on a serial line (needs socat: apt-get install socat)', () => {
  let backend: TestBackend;
  let counter: ReturnType<typeof createCounter>;
  let wire: Awaited<ReturnType<typeof openWire>>;
  let served: ReturnType<typeof serveSerial>;
  let till: Port;
  let said: {
    id: unknown;
    status?: number;
    body?: Record<string, never>;
    headers?: object;
    event?: { event: string };
    end?: boolean;
  }[];
  const faults: unknown[] = [];

  beforeEach(async () => {
    backend = await startTestBackend();
    counter = createCounter(backend.url);
    wire = await openWire();
    const app = createTestTill(counter, {
      local: false,
      fingerprint: 'of-the-lan',
      fault: (error) => void faults.push(error),
    });
    served = serveSerial({
      open: () => openPort({ path: wire.kiosk, baud: 115_200, most: MAX_LINE }),
      request: (url, init, env) => app.request(url, init, env),
      retryMs: 50,
      note: () => undefined,
    });
    const opened = await openPort({ path: wire.till, baud: 115_200, most: 1_000_000 });
    if (!opened.ok) throw new Error(opened.reason);
    till = opened.port;
    said = [];
    const lines = till.lines;
    void (async () => {
      for await (const line of lines) if (line.kind === 'line') said.push(JSON.parse(line.text));
    })();
  });
  afterEach(async () => {
    await served.close();
    await till.close();
    await wire.close();
    await counter.close();
    await backend.shut();
    expect(faults).toEqual([]);
  });

  async function call(request: { id: number; method: string; path: string; headers?: object; body?: unknown }) {
    await till.write(JSON.stringify(request));
    await until(() => said.some(({ id }) => id === request.id));
    return said.find(({ id }) => id === request.id) as {
      status: number;
      body: Record<string, never>;
      headers?: object;
    };
  }
  /** No certificate can be seen on a wire. */
  async function pair(): Promise<string> {
    const offer = await call({ id: 1, method: 'POST', path: '/v1/pairings', body: { till: '收银台' } });
    const { pairing, share } = offer.body as unknown as { pairing: string; share: string };
    const state = counter.states.at(-1);
    if (state?.kind !== 'pairing') throw new Error('no code is shown');
    const context = { pairing, till: '收银台', fingerprint: '' };
    const own = await makeShare(state.code, context, randomBytes(32));
    const agreed = (await agree(own, share, 'till', context))!;
    const body = { share: own.share, proof: agreed.tillProof };
    const paired = await call({ id: 2, method: 'POST', path: `/v1/pairings/${pairing}/confirm`, body });
    expect(paired.body.proof).toBe(agreed.kioskProof);
    return `Bearer ${agreed.key}`;
  }

  it('is paired, asks, and hears the events to the outcome', async () => {
    const authorization = await pair();
    const body = { sale: 'S-1', cardholder: { idNumber: PERSON } };
    const ask = {
      method: 'POST',
      path: '/v1/verifications',
      headers: { authorization, 'idempotency-key': 'k1' },
      body,
    };
    const asked = await call({ id: 3, ...ask });
    expect(asked).toMatchObject({ status: 201, headers: { location: '/v1/verifications/v1' }, body: { sale: 'S-1' } });
    expect((await call({ id: 4, ...ask })).status).toBe(200);
    await call({ id: 5, method: 'GET', path: '/v1/verifications/v1/events', headers: { authorization } });
    await until(() => counter.consent.answer('v1', false));
    await until(() => said.some(({ id, end }) => id === 5 && end));
    const stream = said.filter(({ id }) => id === 5);
    expect(stream[0]).toEqual({ id: 5, status: 200, stream: true });
    expect(stream.slice(1, -1).map(({ event }) => event?.event)).toEqual(['step', 'outcome']);
  });
  it('is told what is wrong with a line, and the next one is read', async () => {
    await till.write('nonsense');
    await till.write('x'.repeat(MAX_LINE + 10));
    await until(() => said.length === 2);
    expect(said).toMatchObject([
      { id: null, status: 400, body: { code: 'json-malformed' } },
      { id: null, status: 413, body: { code: 'body-too-large' } },
    ]);
    expect((await call({ id: 9, method: 'GET', path: '/v1/verifications/x' })).body.code).toBe('till-unknown');
    expect((await call({ id: 10, method: 'GET', path: '/v1/kiosk' })).body).toMatchObject({ interface: 'v1' });
  });
  it('ends a stream that it does not want any more', async () => {
    const authorization = await pair();
    const body = { sale: 'S-1', cardholder: { idNumber: PERSON } };
    await call({
      id: 3,
      method: 'POST',
      path: '/v1/verifications',
      headers: { authorization, 'idempotency-key': 'k' },
      body,
    });
    await call({ id: 5, method: 'GET', path: '/v1/verifications/v1/events', headers: { authorization } });
    await till.write('{"cancel":5}');
    await until(() => said.some(({ id, end }) => id === 5 && end));
    expect(counter.desk.find(counter.tills.list()[0]!.id, 'v1')?.outcome).toBeUndefined();
  });
});
