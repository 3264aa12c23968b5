import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../http/listen.ts';
import { PERSON, startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createCounter, until } from '../testing/counter.ts';
import { pairTill, type Send, tillOver } from '../testing/pairing.ts';
import { createTestTill } from '../testing/till.ts';
import { type Certificate, loadCertificate } from './certificate.ts';

const folders = ['kiosk', 'middleman'].map((name) => mkdtempSync(join(tmpdir(), `${name}-tls-`)));
let [own, foreign]: Certificate[] = [];
let backend: TestBackend;
let counter: ReturnType<typeof createCounter>;
let door: Listening;
let send: Send;
beforeAll(async () => {
  [own, foreign] = await Promise.all(folders.map((folder) => loadCertificate(folder, Date.now())));
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  backend = await startTestBackend();
  counter = createCounter(backend.url);
  const app = createTestTill(counter, { local: false, fingerprint: own!.fingerprint });
  door = await listen('till', app.fetch, { host: '127.0.0.1', port: 0 }, own);
  send = tillOver(Number(new URL(door.url).port));
});
afterEach(async () => {
  await door.close();
  await counter.close();
  await backend.shut();
});

function shown(): string {
  const state = counter.states.at(-1);
  if (state?.kind !== 'pairing') throw new Error(`the screen shows ${state?.kind}`);
  return state.code;
}
/** A code that is near, and wrong. */
const near = () => shown().replace(/.$/, (digit) => String((Number(digit) + 1) % 10));

describe('a till that is paired over TLS', () => {
  it('has a key that was never sent, and asks with it', async () => {
    const paired = await pairTill(send, '收银台 1', shown);
    if (!('key' in paired)) throw new Error(paired.code);
    expect(counter.states.at(-1)).toMatchObject({ kind: 'paired', till: '收银台 1' });
    const question = { sale: 'S-1', cardholder: { idNumber: PERSON } };
    expect((await send('POST', '/v1/verifications', question)).json.code).toBe('till-unknown');
    const found = await send('GET', '/v1/verifications?sale=S-1', undefined, paired.key);
    expect([found.status, found.json.status]).toEqual([200, 'not-found']);
    expect(counter.tills.list()).toMatchObject([{ id: paired.id, name: '收银台 1' }]);
  });
  it('sees the code end after three wrong ones, learns nothing of how near they were, and has to wait', async () => {
    const offer = await send('POST', '/v1/pairings', { till: 'a' });
    const path = `/v1/pairings/${offer.json.pairing}/confirm`;
    const wrong = { share: offer.json.share, proof: 'A'.repeat(43) };
    const answers = [];
    for (let turn = 0; turn < 4; turn++) answers.push((await send('POST', path, wrong)).json);
    expect(answers.map(({ code }) => code)).toEqual([
      'pairing-code-wrong',
      'pairing-code-wrong',
      'pairing-code-wrong',
      'pairing-unknown',
    ]);
    expect(counter.states.at(-1)?.kind).toBe('idle');
    const next = await send('POST', '/v1/pairings', { till: 'a' });
    expect([next.status, next.json.code]).toEqual([429, 'pairing-limited']);
    expect(counter.tills.list()).toEqual([]);
  });
  it('with a code that is nearly right is no more paired than with any other', async () => {
    expect(await pairTill(send, 'a', near)).toEqual({ code: 'pairing-code-wrong' });
  });
  it('gets the same answer when the first one was lost, and nobody else gets one', async () => {
    const lost: Send = async (...request) => {
      const first = await send(...request);
      if (!request[1].endsWith('/confirm')) return first;
      const again = await send(...request);
      expect(again).toEqual(first);
      const forged = { share: (request[2] as { share: string }).share, proof: 'B'.repeat(43) };
      expect((await send('POST', request[1], forged)).json.code).toBe('pairing-unknown');
      return again;
    };
    expect(await pairTill(lost, 'a', shown)).toHaveProperty('key');
    expect(counter.tills.list()).toHaveLength(1);
  });
  it.each(['', ' a', 'a\nb', 'x'.repeat(33), '<b>', '\u202eb'])(
    'has to have a name that can be shown, not %j',
    async (till) => {
      expect((await send('POST', '/v1/pairings', { till })).json.code).toBe('request-invalid');
      expect(counter.states).toEqual([]);
    },
  );
});

describe('somebody who sits on the line with another certificate', () => {
  let middle: Server;
  /** Passes everything on as it comes, and could change it; what a till sees is his certificate. */
  beforeEach(async () => {
    middle = createServer({ key: foreign!.key, cert: foreign!.cert }, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const answer = await send(request.method!, request.url!, text ? JSON.parse(text) : undefined);
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.json));
    });
    await new Promise<void>((resolve) => middle.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise<void>((resolve) => void middle.close(() => resolve())));

  it('comes to no key, though the right code was typed, and nobody is paired', async () => {
    const through = tillOver((middle.address() as AddressInfo).port);
    expect(await pairTill(through, 'a', shown)).toEqual({ code: 'pairing-code-wrong' });
    expect(counter.tills.list()).toEqual([]);
    expect((await through('GET', '/v1/kiosk')).pin).not.toBe(own!.fingerprint);
  });
});

describe('a till that is revoked', () => {
  it('is refused at once, and what it listens to ends', async () => {
    const paired = await pairTill(send, 'a', shown);
    if (!('key' in paired)) throw new Error(paired.code);
    const asked = await counter.desk.ask(paired.id, 'k', {
      sale: 'S-1',
      channel: 'kiosk',
      cardholder: { idNumber: PERSON },
      subject: { who: 'cardholder' },
      purpose: 'purchase',
    });
    expect(asked.ok).toBe(true);
    const stream = send('GET', '/v1/verifications/v1/events', undefined, paired.key);
    const poll = send('GET', '/v1/verifications/v1?wait=30', undefined, paired.key);
    await until(() => counter.desk.events('v1', 0).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    counter.tills.revoke(paired.id);
    expect((await poll).json.code).toBe('till-unknown');
    const { text } = await stream;
    expect([text.includes('event: step'), text.includes('event: outcome')]).toEqual([true, false]);
    expect((await send('GET', '/v1/verifications/v1', undefined, paired.key)).json.code).toBe('till-unknown');
  });
});
