import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Authority, authoritiesSchema, openAuthorities, type Throttle } from './index.ts';
import { backendConfig, sandboxPeople } from './sandbox/index.ts';
import { createThrottle, memoryThrottleStore, type ThrottleStore } from './throttle/throttle.ts';

const [person] = sandboxPeople();
const systemError = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
const result = (Result: string) => () => Response.json({ Response: { Result, Description: '', RequestId: 'r' } });
const failing = (code: string) => () => {
  throw systemError(code);
};

type Setting = { readonly say: () => Response; readonly throttle?: Throttle; readonly bank?: object };

/** The bank alone, with a count of what reached it. */
function openBank({ say, throttle, bank }: Setting): {
  ask: (change?: object) => Promise<string>;
  reached: () => number;
} {
  let reached = 0;
  const plain = backendConfig('http://bank.invalid');
  // A breaker that opened would hide what the throttle does.
  const patient = { breaker: { calls: 1000, least: 1000 }, retries: 0, throttle: {}, ...bank };
  const config = authoritiesSchema.parse({ ...plain, bank: { ...plain.bank, ...patient } });
  const fetch = async () => {
    reached += 1;
    return say();
  };
  const deps = { fetch, now: Date.now, random: randomBytes };
  const bankTries = throttle && { throttle, fingerprint: (purpose: string, text: string) => `${purpose} ${text}` };
  const authority = openAuthorities(config, { ...deps, ...(bankTries && { bankTries }) }).find(
    ({ name }) => name === 'bank',
  ) as Authority;
  const signal = new AbortController().signal;
  return {
    ask: async (change = {}) => {
      const question = { person: { ...person, ...change }, still: new Uint8Array(), verification: 'v', signal };
      return (await authority.ask(question)).code;
    },
    reached: () => reached,
  };
}

describe('the bank with its throttle', () => {
  it('is not asked a fourth time after three wrong tries with a card', async () => {
    const { ask, reached } = openBank({ say: result('-1') });
    for (let i = 0; i < 3; i++) expect(await ask()).toBe('bank-mismatch');
    expect(await ask()).toBe('bank-card-locked');
    expect(await ask({ bankCard: '6220000000000001022' })).toBe('bank-mismatch');
    expect(reached()).toBe(4);
  });

  it('is not asked more than ten times a day about one ID number', async () => {
    const { ask, reached } = openBank({ say: result('0') });
    for (let i = 0; i < 10; i++) expect(await ask()).toBe('bank-match');
    expect(await ask()).toBe('bank-daily-limit');
    expect(reached()).toBe(10);
  });

  it('is never asked four times at once with one card', async () => {
    const { ask, reached } = openBank({ say: result('-1') });
    const codes = await Promise.all(Array.from({ length: 6 }, () => ask()));
    expect(codes.filter((code) => code === 'bank-mismatch')).toHaveLength(3);
    expect(codes.filter((code) => code === 'bank-card-pending')).toHaveLength(3);
    expect(reached()).toBe(3);
  });

  it.each([
    ['is lost on the way', failing('ECONNRESET'), 'bank-lost-connection'],
    [
      'comes back as nonsense',
      () => new Response('{', { headers: { 'content-type': 'application/json' } }),
      'bank-malformed',
    ],
    ['comes back as a result that nobody knows', result('-99'), 'bank-unexpected-result'],
  ])('counts a question that %s as if it were wrong, for a while', async (_title, say, code) => {
    const { ask, reached } = openBank({ say });
    for (let i = 0; i < 3; i++) expect(await ask()).toBe(code);
    expect(await ask()).toBe('bank-card-pending');
    expect(reached()).toBe(3);
  });

  it.each([
    ['that found nobody there', failing('ECONNREFUSED'), 'bank-refused-connection'],
    ['that the bank was too busy for', result('-18'), 'bank-busy'],
    ['about a card that was lost', result('-13'), 'bank-card-lost'],
  ])('does not count a question %s against the card', async (_title, say, code) => {
    const { ask } = openBank({ say });
    for (let i = 0; i < 8; i++) expect(await ask()).toBe(code);
  });

  it('gives back the places of questions that were never sent', async () => {
    const { ask, reached } = openBank({ say: result('0'), bank: { rate: { perMinute: 2 } } });
    await ask();
    await ask();
    for (let i = 0; i < 20; i++) expect(await ask()).toBe('bank-rate-limited');
    expect(reached()).toBe(2);
  });

  it('is not asked when nobody can count', async () => {
    const broken: ThrottleStore = { change: () => Promise.reject(new Error('database is gone')) };
    const throttle = createThrottle(broken, { now: Date.now, random: randomBytes });
    const { ask, reached } = openBank({ say: result('0'), throttle });
    expect(await ask()).toBe('bank-throttle-unavailable');
    expect(reached()).toBe(0);
  });

  it('answers what it heard when the count cannot be written, and holds the try', async () => {
    const memory = memoryThrottleStore();
    let changes = 0;
    const failingEverySecond: ThrottleStore = {
      change: (keys, now, step) => {
        changes += 1;
        return changes % 2 === 0 ? Promise.reject(new Error('gone')) : memory.change(keys, now, step);
      },
    };
    const throttle = createThrottle(failingEverySecond, { now: Date.now, random: randomBytes });
    const { ask } = openBank({ say: result('0'), throttle });
    for (let i = 0; i < 3; i++) expect(await ask()).toBe('bank-match');
    expect(await ask()).toBe('bank-card-pending');
  });

  it('shares its count between processes by the fingerprint that it is given, and stores neither card nor ID number', async () => {
    const memory = memoryThrottleStore();
    const seen: string[] = [];
    const store: ThrottleStore = {
      change: (keys, now, step) => {
        seen.push(JSON.stringify(keys));
        return memory.change(keys, now, step);
      },
    };
    const plain = authoritiesSchema.parse(backendConfig('http://bank.invalid'));
    const key = randomBytes(32);
    const open = () =>
      openAuthorities(plain, {
        fetch: async () => result('-1')(),
        now: Date.now,
        random: randomBytes,
        bankTries: {
          throttle: createThrottle(store, { now: Date.now, random: randomBytes }),
          fingerprint: (purpose, text) => createHmac('sha256', key).update(`${purpose} ${text}`).digest('base64url'),
        },
      })[0];
    const processes = [open(), open()];
    const signal = new AbortController().signal;
    const question = { person, still: new Uint8Array(), verification: 'v', signal };
    const codes = [];
    for (let i = 0; i < 4; i++) codes.push((await processes[i % 2].ask(question)).code);
    expect(codes).toEqual(['bank-mismatch', 'bank-mismatch', 'bank-mismatch', 'bank-card-locked']);
    expect(seen.join()).not.toMatch(new RegExp(`${person.idNumber}|${person.bankCard}`));
  });
});
