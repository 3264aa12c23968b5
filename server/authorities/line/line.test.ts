import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LineOptions, lineOptions, openLine, type Repetition } from './line.ts';

const optionsSchema = z.strictObject(lineOptions);
const options = (change: object = {}): LineOptions =>
  optionsSchema.parse({ url: 'http://authority.invalid/', retryWaitMs: 0, ...change });

type Said = Response | string | Promise<never>;
const fine = () => Response.json({ yes: true });
const systemError = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

/** A line to a host that says these things in turn: a string is the system's error. */
function lineTo(said: readonly (() => Said)[], repetition: Repetition = 'read', change: object = {}) {
  let calls = 0;
  let made = 0;
  const fetch = async () => {
    const next: Said = said[Math.min(calls, said.length - 1)]();
    calls += 1;
    if (typeof next === 'string') throw systemError(next);
    return next;
  };
  const deps = { fetch, now: Date.now, random: randomBytes, sandbox: false };
  const line = openLine(options(change), deps, 'authorities.bank', repetition);
  const ask = (signal = new AbortController().signal): Promise<object> =>
    line.call({
      make: () => {
        made += 1;
        return { url: 'http://authority.invalid/', headers: {}, body: '{}' };
      },
      read: (json) => ({ value: json }),
      signal,
    });
  return { ask, counts: () => ({ calls, made }) };
}

describe('a line to an authority that only reads', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'EHOSTUNREACH'])('asks again after %s', async (code) => {
    const { ask, counts } = lineTo([() => code, fine]);
    expect(await ask()).toEqual({ value: { yes: true } });
    expect(counts(), 'each try is made and signed anew').toEqual({ calls: 2, made: 2 });
  });

  it.each([502, 503, 504])('asks again after status %i', async (status) => {
    const { ask } = lineTo([() => new Response(null, { status }), fine]);
    expect(await ask()).toEqual({ value: { yes: true } });
  });

  it.each<[string, () => Said, string]>([
    ['status 500', () => new Response(null, { status: 500 }), 'http-500'],
    ['nonsense', () => new Response('{', { headers: { 'content-type': 'application/json' } }), 'malformed'],
    ['a certificate that has expired', () => 'CERT_HAS_EXPIRED', 'tls'],
    ['a signature that cannot be verified', () => 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
  ])('does not ask again after %s', async (_title, said, fault) => {
    const { ask, counts } = lineTo([said, fine]);
    expect(await ask()).toEqual({ fault });
    expect(counts().calls).toBe(1);
  });

  it('gives up after as many tries as are allowed', async () => {
    const { ask, counts } = lineTo([() => 'ECONNRESET'], 'read', { retries: 3 });
    expect(await ask()).toEqual({ fault: 'lost-connection' });
    expect(counts().calls).toBe(4);
  });

  it('ends all tries at one time limit', async () => {
    const { ask } = lineTo([() => 'ECONNRESET'], 'read', { retries: 3, retryWaitMs: 10_000, timeoutMs: 100 });
    const started = performance.now();
    expect(await ask()).toEqual({ fault: 'lost-connection' });
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a line to an authority that counts', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND'])('asks again after %s: it cannot have arrived', async (code) => {
    const { ask } = lineTo([() => code, fine], 'counted');
    expect(await ask()).toEqual({ value: { yes: true } });
  });

  it.each(['ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ETIMEDOUT', 'UND_ERR_SOCKET'])(
    'never asks again after %s: it may have arrived',
    async (code) => {
      const { ask, counts } = lineTo([() => code, fine], 'counted', { retries: 3 });
      const heard = await ask();
      expect(heard).toHaveProperty('fault');
      expect(heard).not.toHaveProperty('unsent');
      expect(counts().calls).toBe(1);
    },
  );

  it('never asks again after a status of a proxy', async () => {
    const { ask, counts } = lineTo([() => new Response(null, { status: 503 }), fine], 'counted', { retries: 3 });
    expect(await ask()).toEqual({ fault: 'http-503' });
    expect(counts().calls).toBe(1);
  });
});

describe('the connections of a line', () => {
  it.each([
    ['counted', 'close'],
    ['read', 'keep-alive'],
  ] as const)('to an authority of the kind "%s" are asked to %s', async (repetition, connection) => {
    const heard: unknown[] = [];
    const server = createServer((request, response) => {
      heard.push(request.headers.connection);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const line = openLine(
      options({ url }),
      { now: Date.now, random: randomBytes, sandbox: false },
      'where',
      repetition,
    );
    const make = () => ({ url, headers: {}, body: '{}' });
    await line.call({ make, read: () => ({ value: 1 }), signal: new AbortController().signal });
    server.closeAllConnections();
    await once(server.close(), 'close');
    expect(heard).toEqual([connection]);
  });
});

describe('the limits of a line', () => {
  it('refuse what the contract does not allow, before anything is sent', async () => {
    const { ask, counts } = lineTo([fine], 'read', { rate: { perMinute: 2 } });
    expect([await ask(), await ask(), await ask()].at(-1)).toEqual({ fault: 'rate-limited', unsent: true });
    expect(counts()).toEqual({ calls: 2, made: 2 });
  });

  it('count tries, not questions', async () => {
    const { ask, counts } = lineTo([() => 'ECONNRESET', fine], 'read', { rate: { perSecond: 1 } });
    expect(await ask()).toEqual({ fault: 'rate-limited', unsent: true });
    expect(counts().calls).toBe(1);
  });

  it('are not used up by questions that the breaker refuses, nor open it themselves', async () => {
    const said = [() => 'ECONNRESET', () => 'ECONNRESET', fine] as const;
    const change = { rate: { perMinute: 4 }, breaker: { calls: 4, least: 2, openMs: 50 }, retries: 0 };
    const { ask, counts } = lineTo(said, 'counted', change);
    await ask();
    await ask();
    for (let i = 0; i < 10; i++) expect(await ask()).toEqual({ fault: 'breaker-open', unsent: true });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect([await ask(), await ask()]).toEqual([{ value: { yes: true } }, { value: { yes: true } }]);
    for (let i = 0; i < 10; i++) expect(await ask()).toEqual({ fault: 'rate-limited', unsent: true });
    expect(counts().calls).toBe(4);
  });

  it('open the breaker after failures, and say so without asking', async () => {
    const { ask, counts } = lineTo([() => 'ECONNRESET'], 'counted', { breaker: { calls: 4, least: 3 } });
    for (let i = 0; i < 3; i++) expect(await ask()).toEqual({ fault: 'lost-connection' });
    expect(await ask()).toEqual({ fault: 'breaker-open', unsent: true });
    expect(counts().calls).toBe(3);
  });

  it('do not count an asker who changed their mind, but do count one who waited too long', async () => {
    const waiting = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 30));
    const change = { breaker: { calls: 4, least: 2 }, retries: 0 };
    const given = lineTo([waiting], 'read', change);
    const stop = () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 5);
      return controller.signal;
    };
    for (let i = 0; i < 6; i++) expect(await given.ask(stop())).toEqual({ fault: 'aborted' });
    const late = lineTo([waiting], 'read', change);
    for (let i = 0; i < 2; i++) expect(await late.ask(AbortSignal.timeout(5))).toEqual({ fault: 'aborted' });
    expect(await late.ask()).toEqual({ fault: 'breaker-open', unsent: true });
  });
});
