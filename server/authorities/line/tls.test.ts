import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AuthorityError } from '../error.ts';
import { lineOptions, openLine, type Repetition } from './line.ts';

const folder = mkdtempSync(join(tmpdir(), 'tls-'));
const PASSPHRASE = 'a phrase';
type Pair = { readonly cert: string; readonly private: string };
type Dates = { readonly notBeforeDate?: Date; readonly notAfterDate?: Date };

const named = (value: string) => [{ name: 'commonName', value }];
const authority = (name: string): Promise<Pair> =>
  generate(named(name), {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
const signedBy = (ca: Pair, host: string, dates: Dates = {}, passphrase?: string): Promise<Pair> =>
  generate(named(host), {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: ca.private, cert: ca.cert },
    ...dates,
    ...(passphrase === undefined ? {} : { passphrase }),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
    ],
  });

const EXPIRED = { notBeforeDate: new Date('2020-01-01'), notAfterDate: new Date('2021-01-01') };
let host: Pair;
let expiredHost: Pair;
let ca: Pair;

beforeAll(async () => {
  ca = await authority('CA');
  const stranger = await authority('another CA');
  host = await signedBy(ca, 'authority.test');
  expiredHost = await signedBy(ca, 'authority.test', EXPIRED);
  const pairs = {
    client: await signedBy(ca, 'backend'),
    locked: await signedBy(ca, 'backend', {}, PASSPHRASE),
    expired: await signedBy(ca, 'backend', EXPIRED),
    stranger: await signedBy(stranger, 'backend'),
  };
  for (const [name, pair] of Object.entries(pairs)) {
    writeFileSync(join(folder, `${name}.crt`), pair.cert);
    writeFileSync(join(folder, `${name}.key`), pair.private);
  }
  writeFileSync(join(folder, 'ca.crt'), ca.cert);
  writeFileSync(join(folder, 'stranger-ca.crt'), stranger.cert);
  writeFileSync(join(folder, 'passphrase'), `${PASSPHRASE}\n`);
  writeFileSync(join(folder, 'wrong-passphrase'), 'another\n');
  writeFileSync(join(folder, 'nonsense.crt'), 'no certificate');
});
afterAll(() => rmSync(folder, { recursive: true }));

const CLIENT = { ca: 'ca.crt', cert: 'client.crt', key: 'client.key', serverName: 'authority.test' };

let server: Server | undefined;
afterEach(async () => {
  if (server === undefined) return;
  server.closeAllConnections();
  await once(server.close(), 'close');
  server = undefined;
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const answering: Handler = (request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"yes":true}');
  });
};

async function serve(handler: Handler = answering, pair: Pair = host): Promise<string> {
  const options = { key: pair.private, cert: pair.cert, ca: ca.cert, requestCert: true, rejectUnauthorized: true };
  server = createServer(options, handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const optionsSchema = z.strictObject(lineOptions);
function lineTo(url: string, tls: object | undefined, repetition: Repetition = 'read') {
  const options = optionsSchema.parse({ url, tls, retries: 0, timeoutMs: 2000 });
  const deps = { now: Date.now, random: randomBytes, sandbox: false, folder };
  return openLine(options, deps, 'authorities.bank', repetition);
}
function ask(url: string, tls: object | undefined, repetition: Repetition = 'read') {
  return lineTo(url, tls, repetition).call({
    make: () => ({ url, headers: { 'content-type': 'application/json' }, body: '{"name":"张敏"}' }),
    read: (json) => ({ value: json }),
    signal: new AbortController().signal,
  });
}

describe('an authority behind mutual TLS', () => {
  it.each(['read', 'counted'] as const)('answers who shows a certificate that it trusts (%s)', async (repetition) => {
    expect(await ask(await serve(), CLIENT, repetition)).toEqual({ value: { yes: true } });
  });

  it('is asked with the whole body and the host that is signed', async () => {
    const heard: { body?: string; host?: string } = {};
    const url = await serve((request, response) => {
      heard.host = request.headers.host;
      request.setEncoding('utf8').on('data', (text) => {
        heard.body = (heard.body ?? '') + text;
      });
      answering(request, response);
    });
    await ask(url, CLIENT);
    expect(heard).toEqual({ body: '{"name":"张敏"}', host: new URL(url).host });
  });

  it('takes a key with a passphrase', async () => {
    const tls = { ...CLIENT, cert: 'locked.crt', key: 'locked.key', passphraseFile: 'passphrase' };
    expect(await ask(await serve(), tls)).toEqual({ value: { yes: true } });
  });

  it.each([
    ['no certificate', { cert: undefined, key: undefined }],
    ['a certificate of another CA', { cert: 'stranger.crt', key: 'stranger.key' }],
    ['an expired certificate', { cert: 'expired.crt', key: 'expired.key' }],
  ])('does not answer who shows %s', async (_title, change) => {
    const heard = await ask(await serve(), { ...CLIENT, ...change });
    // The refusal may come while the request is being written; then the line is lost.
    expect(['tls', 'lost-connection']).toContain('fault' in heard && heard.fault);
    expect(heard).not.toHaveProperty('unsent');
  });

  it.each([
    ['was signed by somebody else', { ca: 'stranger-ca.crt' }],
    ['is not in the list of the system', { ca: undefined }],
    ['has another name', { serverName: 'elsewhere.test' }],
  ])('is not trusted when its certificate %s', async (_title, change) => {
    let reached = false;
    const url = await serve((_, response) => {
      reached = true;
      response.end();
    });
    expect(await ask(url, { ...CLIENT, ...change })).toEqual({ fault: 'tls' });
    expect(reached, 'the person must not be told to a stranger').toBe(false);
  });

  it('is not trusted when its certificate has expired', async () => {
    expect(await ask(await serve(answering, expiredHost), CLIENT)).toEqual({ fault: 'tls' });
  });

  it('is not reached without the options for it', async () => {
    expect(await ask(await serve(), undefined)).toEqual({ fault: 'tls' });
  });

  it.each<[string, string, Handler]>([
    ['a redirect', 'redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['status 500', 'http-500', (_, response) => response.writeHead(500).end()],
    ['no content', 'http-204', (_, response) => response.writeHead(204).end()],
    ['a web page', 'content-type', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}')],
    [
      'a packed answer that nobody asked for',
      'content-encoding',
      (_, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
          .end(gzipSync('{"yes":true}')),
    ],
    [
      'two megabytes',
      'oversized',
      (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(' '.repeat(2 * 1024 * 1024)),
    ],
    [
      'a body that is cut',
      'lost-connection',
      (request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 }).write('{"yes":true}');
        setTimeout(() => request.socket.destroy(), 20);
      },
    ],
    [
      'a body that never ends',
      'timeout',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    ],
  ])('is unavailable after %s: %s', async (_title, fault, handler) => {
    expect(await ask(await serve(handler), CLIENT)).toEqual({ fault });
  });
});

describe('the files for mutual TLS', () => {
  const open = (tls: object) => () => lineTo('https://authority.test/', tls);

  it('stop the start when one is not there, with its key and path', () => {
    expect(open({ ...CLIENT, cert: 'gone.crt' })).toThrow(/authorities\.bank\.tls\.cert: .*gone\.crt: no such file/);
    expect(open({ ...CLIENT, cert: 'gone.crt' })).toThrow(AuthorityError);
  });

  it.each([
    ['a key of another certificate', { key: 'stranger.key' }],
    ['no certificate in the file', { cert: 'nonsense.crt' }],
    ['a wrong passphrase', { cert: 'locked.crt', key: 'locked.key', passphraseFile: 'wrong-passphrase' }],
    ['a key that is locked, without a passphrase', { cert: 'locked.crt', key: 'locked.key' }],
  ])('stop the start when there is %s, and repeat no secret', (_title, change) => {
    const told = open({ ...CLIENT, ...change });
    expect(told).toThrow(expect.objectContaining({ code: 'tls-unusable' }));
    expect(told).not.toThrow(new RegExp(`PRIVATE|${PASSPHRASE}|another`));
  });

  it('stop the start when the address is one without TLS', () => {
    const told = () => lineTo('http://authority.test/', CLIENT);
    expect(told).toThrow('authorities.bank.tls is set, but authorities.bank.url is not https');
  });

  it('need both certificate and key', () => {
    const parsed = optionsSchema.safeParse({ url: 'https://authority.test/', tls: { cert: 'client.crt' } });
    expect(parsed.error?.issues[0].message).toBe('cert and key go together');
  });
});
