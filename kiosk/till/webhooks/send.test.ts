import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { type Certificate, loadCertificate } from '../certificate.ts';
import { send } from './send.ts';
import { makeSecret, signMessage } from './sign.ts';

const HERE = { hosts: [], loopback: true };
const open: { close(): void; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(handler: RequestListener, tls?: Certificate): Promise<string> {
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }, handler) : createServer(handler);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}
async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
const body = '{"type":"verification.outcome"}';
const message = (url: string, more: object = {}) => ({ url, headers: {}, body, ...more });

describe('a delivery', () => {
  it('arrives signed, and is delivered by any success', async () => {
    const secret = makeSecret();
    const seen: unknown[] = [];
    const url = await listen(async (request, response) => {
      seen.push(new Webhook(secret).verify(await read(request), request.headers as Record<string, string>));
      response.writeHead(204).end();
    });
    const headers = signMessage(secret, 'msg_1', Date.now(), body);
    expect(await send(message(url, { headers }), HERE, 1000)).toEqual({ kind: 'delivered' });
    expect(seen).toEqual([JSON.parse(body)]);
  });
  it.each([
    [302, { kind: 'failed', failure: 'status-302' }],
    [410, { kind: 'gone' }],
    [500, { kind: 'failed', failure: 'status-500' }],
  ])('answered with %i is none, and no redirect is followed', async (status, result) => {
    let asked = 0;
    const url = await listen((_, response) => {
      asked++;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await send(message(url), HERE, 1000)).toEqual(result);
    expect(asked).toBe(1);
  });
  it('fails when nobody listens, answers, or may be asked', async () => {
    const url = await listen(() => undefined);
    expect(await send(message(url), HERE, 100)).toMatchObject({ kind: 'failed' });
    expect(await send(message(url), { hosts: [], loopback: false }, 100)).toEqual({
      kind: 'failed',
      failure: 'EACCES',
    });
    expect(await send(message(url.replace('127.0.0.1', 'localhost')), { hosts: [], loopback: false }, 500)).toEqual({
      kind: 'failed',
      failure: 'EACCES',
    });
    expect(await send(message('http://127.0.0.1:1/'), HERE, 500)).toEqual({ kind: 'failed', failure: 'ECONNREFUSED' });
  });
  it('goes to a till with a certificate of its own only when that is pinned, and to nobody else', async () => {
    const folders = ['own', 'other'].map((name) => mkdtempSync(join(tmpdir(), `hook-${name}-`)));
    const [own, other] = await Promise.all(folders.map((folder) => loadCertificate(folder, Date.now())));
    for (const folder of folders) rmSync(folder, { recursive: true });
    let got = '';
    const url = await listen(async (request, response) => {
      got += await read(request);
      response.end();
    }, own);
    expect((await send(message(url), HERE, 1000)).kind).toBe('failed');
    expect(await send(message(url, { pin: other!.fingerprint }), HERE, 1000)).toMatchObject({ failure: 'PIN' });
    expect(got).toBe('');
    expect(await send(message(url, { pin: own!.fingerprint }), HERE, 1000)).toEqual({ kind: 'delivered' });
    expect(got).toBe(body);
  });
});
