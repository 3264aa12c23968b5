import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { authoritiesSchema, openAuthorities } from './index.ts';
import { credentialsSchema } from './sandbox/credentials.ts';
import { backendConfig, type Sandbox, type SandboxPerson, sandboxPeople, startSandbox } from './sandbox/index.ts';
import { ask, IMPATIENT, open } from './sandbox/testing/asking.ts';

const NAMES = ['bank', 'police', 'insurer'] as const;
const ADAPTERS = [
  { title: 'bank', name: 'bank', envelope: 'plain' },
  { title: 'police', name: 'police', envelope: 'plain' },
  { title: 'insurer', name: 'insurer', envelope: 'plain' },
  { title: 'insurer in the SM envelope', name: 'insurer', envelope: 'sm' },
] as const;
const people = sandboxPeople();
const find = (key: string): SandboxPerson => people.find((person) => person.key === key)!;
const zhangMin = find('zhang-min');

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    people,
    credentials: credentialsSchema.parse({}),
    compare: async (still, portrait) => ({
      kind: 'similar',
      sim: Buffer.from(still).toString() === portrait ? 91.5 : 12.25,
    }),
    now: Date.now,
    slowMs: 20_000,
    down: [],
  });
});
afterAll(() => sandbox.close());

describe.each(ADAPTERS)('the $title', ({ name, envelope }) => {
  const opened = (change?: object, credentials?: object, url = sandbox.url) =>
    open(name, url, change, credentials, envelope);
  const authority = () => opened();
  afterEach(() => sandbox.setMode(name, 'up'));

  it('says match for a person about whom everything is right', async () => {
    const face = name === 'police' ? { face: 'match' } : {};
    expect(await ask(authority(), zhangMin, 'zhang-min')).toEqual({ outcome: 'match', code: `${name}-match`, ...face });
  });

  it('says mismatch when the name is not the one on record', async () => {
    expect(await ask(authority(), { ...zhangMin, name: '李四' }, 'zhang-min')).toEqual({
      outcome: 'mismatch',
      code: `${name}-mismatch`,
    });
  });

  it('says not-found for somebody who is not on record', async () => {
    const stranger = { ...zhangMin, idNumber: '11010519491231002X', bankCard: '6220000000000009991' };
    expect((await ask(authority(), stranger, 'zhang-min')).outcome).toBe('not-found');
  });

  it.each([
    ['down', 'lost-connection'],
    ['slow', 'timeout'],
    ['malformed', 'malformed'],
    ['truncated', 'lost-connection'],
    ['huge', 'oversized'],
    ['deep', 'too-deep'],
    ['duplicate-keys', 'duplicate-keys'],
    ['redirect', 'redirect'],
    ['web-page', 'content-type'],
    ['broken', 'http-500'],
  ] as const)('that is %s is unavailable: %s', async (mode, fault) => {
    sandbox.setMode(name, mode);
    const asked = opened(mode === 'slow' ? IMPATIENT : {});
    expect(await ask(asked, zhangMin, 'zhang-min')).toEqual({ outcome: 'unavailable', code: `${name}-${fault}` });
  });

  it('that refuses our signature, or signs with a key that is not its own, is unavailable', async () => {
    sandbox.setMode(name, 'wrong-signature');
    const code = { bank: 'bank-auth-failure-signature-failure', police: 'police-auth-failure-signature-failure' };
    const insurer = envelope === 'sm' ? 'insurer-sm-signature' : 'insurer-refused';
    expect(await ask(authority(), zhangMin, 'zhang-min')).toEqual({
      outcome: 'unavailable',
      code: { ...code, insurer }[name],
    });
  });

  it('is unavailable when our own secret is wrong', async () => {
    const wrong = opened({}, { secretKey: 'wrong', token: 'wrong' });
    const code = name === 'insurer' ? 'insurer-refused' : `${name}-auth-failure-signature-failure`;
    expect(await ask(wrong, zhangMin, 'zhang-min')).toEqual({ outcome: 'unavailable', code });
  });

  it('that flaps is unavailable and a match in turns, when nothing is asked twice', async () => {
    sandbox.setMode(name, 'flapping');
    const single = opened({ retries: 0 });
    const outcomes = [];
    for (let i = 0; i < 4; i++) outcomes.push((await ask(single, zhangMin, 'zhang-min')).outcome);
    expect(outcomes.filter((outcome) => outcome === 'match')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'unavailable')).toHaveLength(2);
  });

  it('that flaps is asked again, unless it counts what it is asked', async () => {
    sandbox.setMode(name, 'flapping');
    const first = await ask(authority(), zhangMin, 'zhang-min');
    expect(first.outcome).toBe(name === 'bank' ? 'unavailable' : 'match');
  });

  it('is unavailable when the question is taken back before it is asked', async () => {
    expect(await ask(authority(), zhangMin, 'zhang-min', AbortSignal.abort())).toEqual({
      outcome: 'unavailable',
      code: `${name}-aborted`,
    });
  });

  it('is unavailable at once when the question is taken back midway', async () => {
    sandbox.setMode(name, 'slow');
    const started = performance.now();
    const signal = AbortSignal.timeout(60);
    expect(await ask(authority(), zhangMin, 'zhang-min', signal)).toEqual({
      outcome: 'unavailable',
      code: `${name}-aborted`,
    });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is unavailable when nobody listens at its address', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await once(closed.close(), 'close');
    expect(await ask(opened({}, {}, `http://127.0.0.1:${port}`), zhangMin, 'zhang-min')).toEqual({
      outcome: 'unavailable',
      code: `${name}-refused-connection`,
    });
  });

  it('is unavailable when it is a sandbox and the configuration does not allow one', async () => {
    const plain = { ...backendConfig(sandbox.url, {}, envelope), sandbox: false };
    const [...all] = openAuthorities(authoritiesSchema.parse(plain), { now: Date.now, random: randomBytes });
    const strict = all.find((one) => one.name === name)!;
    expect(await ask(strict, zhangMin, 'zhang-min')).toEqual({ outcome: 'unavailable', code: `${name}-is-a-sandbox` });
  });
});

describe('the scripted people', () => {
  it.each([
    ['li-na', 'bank', 'bank-match'],
    ['li-na', 'police', 'police-match'],
    ['li-na', 'insurer', 'insurer-match'],
    ['wang-fang', 'bank', 'bank-mismatch'],
    ['wang-fang', 'police', 'police-match'],
    ['chen-jing', 'insurer', 'insurer-suspended'],
    ['chen-jing', 'bank', 'bank-match'],
    ['liu-yang', 'police', 'police-face-mismatch'],
    ['sun-li', 'bank', 'bank-timeout'],
    ['zhou-hui', 'insurer', 'insurer-malformed'],
    ['feng-tao', 'bank', 'bank-over-limit'],
    ['feng-tao', 'police', 'police-over-limit'],
    ['he-ping', 'bank', 'bank-card-lost'],
    ['he-ping', 'insurer', 'insurer-no-insurance'],
    ['qin-hua', 'police', 'police-oversized'],
    ['shi-lei', 'insurer', 'insurer-refused'],
    ['shi-lei', 'bank', 'bank-auth-failure-signature-failure'],
    ['nobody', 'bank', 'bank-card-invalid'],
    ['nobody', 'police', 'police-not-found'],
    ['nobody', 'insurer', 'insurer-not-found'],
    ['zhao-yuan', 'police', 'police-match'],
  ])('%s gets from the %s: %s', async (key, name, code) => {
    const person = find(key);
    const change = code.endsWith('-timeout') ? IMPATIENT : {};
    expect((await ask(open(name, sandbox.url, change), person, person.portrait)).code).toBe(code);
  });

  it("somebody else's face before the camera is the police's mismatch, and only theirs", async () => {
    const answers = await Promise.all(NAMES.map((name) => ask(open(name, sandbox.url), zhangMin, 'li-na')));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['match', 'mismatch', 'match']);
    expect(answers[1]).toEqual({ outcome: 'mismatch', code: 'police-face-mismatch', face: 'mismatch' });
  });

  it('a person without card or phone is not asked about at the bank', async () => {
    const { bankCard: _, ...cardless } = zhangMin;
    expect(await ask(open('bank', 'http://127.0.0.1:1'), cardless, 'zhang-min')).toEqual({
      outcome: 'not-found',
      code: 'bank-no-card',
    });
  });
});
