import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrap } from '../envelope.ts';
import { gatewayHeaders } from '../gateway.ts';
import { authoritiesSchema, openAuthorities } from '../index.ts';
import { createSmCodec, smOptions } from '../sm/codec.ts';
import { signTc3 } from '../tc3.ts';
import { credentialsSchema } from './credentials.ts';
import { backendConfig, type Sandbox, sandboxPeople, startSandbox } from './index.ts';
import { listPage } from './list.ts';
import type { Similarity } from './similarity.ts';

const credentials = credentialsSchema.parse({});
const people = sandboxPeople();
let found: Similarity | Error = { kind: 'similar', sim: 69.999 };
let sandbox: Sandbox;
beforeAll(async () => {
  const compare = async () => {
    if (found instanceof Error) throw found;
    return found;
  };
  sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    people,
    credentials,
    compare,
    now: Date.now,
    slowMs: 60_000,
    down: ['insurer'],
  });
});
afterAll(() => sandbox.close());

const post = (path: string, headers: Record<string, string>, body: string) =>
  fetch(sandbox.url + path, { method: 'POST', headers, body });
const control = (body: string) => post('/control', { 'content-type': 'application/json' }, body);

async function callTencent(path: string, action: string, payload: unknown, version = '2018-03-01') {
  const body = JSON.stringify(payload);
  const timestamp = Math.floor(Date.now() / 1000);
  const request = { url: sandbox.url + path, service: 'faceid', action, version, body, timestamp };
  const response = await post(path, signTc3(request, credentials), body);
  return ((await response.json()) as { Response: Record<string, unknown> }).Response;
}

describe('the sandbox', () => {
  it('marks itself at its root and on every answer', async () => {
    for (const path of ['/', '/control', '/nowhere']) {
      const response = await fetch(sandbox.url + path);
      expect(response.headers.get('x-sandbox'), path).toBe('1');
    }
  });

  it('starts with the authorities down that its configuration names', async () => {
    const modes = await (await fetch(`${sandbox.url}/control`)).json();
    expect(modes).toEqual({ bank: 'up', police: 'up', insurer: 'down' });
  });

  it('changes one authority by /control and leaves the others', async () => {
    expect(await (await control('{"authority":"insurer","mode":"up"}')).json()).toMatchObject({ insurer: 'up' });
    expect(await (await control('{"authority":"bank","mode":"huge"}')).json()).toEqual({
      bank: 'huge',
      police: 'up',
      insurer: 'up',
    });
    await control('{"authority":"bank","mode":"up"}');
  });

  it.each([
    '',
    '{',
    '[]',
    '{"authority":"bank"}',
    '{"authority":"post","mode":"up"}',
    '{"authority":"bank","mode":"up","x":1}',
  ])('refuses %j at /control', async (body) => {
    expect((await control(body)).status).toBe(400);
  });

  it('refuses a body larger than any picture', async () => {
    const response = await post('/bank/', { 'content-type': 'application/json' }, 'x'.repeat(6 * 1024 * 1024)).catch(
      () => ({ status: 'cut' }),
    );
    expect([413, 'cut']).toContain(response.status);
  });

  it('closes while an answer is still being held back', async () => {
    const other = await startSandbox({
      host: '127.0.0.1',
      port: 0,
      people,
      credentials,
      compare: async () => ({ kind: 'no-face' }),
      now: Date.now,
      slowMs: 60_000,
      down: [],
    });
    other.setMode('bank', 'slow');
    const pending = fetch(`${other.url}/bank/`, { method: 'POST', body: '{}' }).then(
      () => 'answered',
      () => 'cut',
    );
    await fetch(`${other.url}/control`);
    await other.close();
    expect(await pending).toBe('cut');
  });
});

describe('the list of people', () => {
  it('is a page that tells who is there, what happens to them, and how the authorities behave', async () => {
    await control('{"authority":"bank","mode":"huge"}');
    const response = await fetch(`${sandbox.url}/people`);
    await control('{"authority":"bank","mode":"up"}');
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const page = await response.text();
    for (const { key, name, story, idNumber } of people)
      for (const words of [key, name, idNumber, story.replaceAll("'", '&#39;')]) expect(page).toContain(words);
    expect(page).toContain('bank: huge, answers with three megabytes');
  });

  it('writes no markup that stands in a list of people', async () => {
    const page = String(
      await listPage([{ ...people[0], story: '<script>' }], { bank: 'up', police: 'up', insurer: 'up' }),
    );
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script>');
  });
});

describe("the sandbox's police", () => {
  const query = { Name: people[0].name, IdCard: people[0].idNumber, ImageBase64: 'AAAA' };
  const ask = () => callTencent('/police/', 'ImageRecognitionV2', query);

  it('cuts a similarity just under 70 and does not round it up', async () => {
    found = { kind: 'similar', sim: 69.999 };
    expect(await ask()).toMatchObject({ Result: 'Success', Sim: 69.99 });
  });

  it.each([
    ['no-face', 'FailedOperation.LifePhotoDetectNoFaces'],
    ['two-faces', 'FailedOperation.LifePhotoDetectFaces'],
    ['unreadable', 'FailedOperation.ImageDecodeFailed'],
  ] as const)('names a still with %s: %s', async (kind, code) => {
    found = { kind };
    expect(await ask()).toMatchObject({ Error: { Code: code } });
  });

  it('reports failed models as its own error, never as a similarity', async () => {
    found = new Error('model-missing');
    const answer = await ask();
    expect(answer).toMatchObject({ Error: { Code: 'InternalError.UnKnown' } });
    expect(answer).not.toHaveProperty('Sim');
  });

  it('knows no other action and no other version', async () => {
    const other = await callTencent('/police/', 'BankCard4EVerification', query);
    expect(other).toMatchObject({ Error: { Code: 'InvalidAction' } });
    const newer = await callTencent('/police/', 'ImageRecognitionV2', query, '2031-01-01');
    expect(newer).toMatchObject({ Error: { Code: 'NoSuchVersion' } });
  });

  it('refuses fields that it does not know', async () => {
    const answer = await callTencent('/police/', 'ImageRecognitionV2', { ...query, Extra: 1 });
    expect(answer).toMatchObject({ Error: { Code: 'InvalidParameter' } });
  });
});

describe("the sandbox's gateway", () => {
  const access = { paasid: credentials.paasid, token: credentials.token };
  const call = async (body: unknown) => {
    const nonce = randomBytes(8).toString('hex');
    const headers = { 'content-type': 'application/json', ...gatewayHeaders(access, Date.now(), nonce) };
    const response = await post('/nhsa/fsi/api/fsiPsnInfoService/queryPsnInfo', headers, JSON.stringify(body));
    return (await response.json()) as Record<string, unknown>;
  };

  it('refuses what is no envelope, with the envelope of a refusal', async () => {
    await control('{"authority":"insurer","mode":"up"}');
    const answer = await call({ infno: '1101' });
    expect(answer).toMatchObject({ infcode: -1, err_msg: '报文格式错误' });
    expect(answer.inf_refmsgid).toMatch(/^\d{30}$/);
    expect(answer.respond_time).toMatch(/^\d{17}$/);
  });
});

describe("the sandbox's gateway in the SM envelope", () => {
  const config = () => authoritiesSchema.parse(backendConfig(sandbox.url, {}, 'sm')).insurer;
  const codec = (change: object = {}, now = Date.now) =>
    createSmCodec(smOptions.parse({ ...config().sm, ...change }), now);
  const question = () => {
    const data = { mdtrt_cert_type: '02', mdtrt_cert_no: people[0].idNumber, card_sn: '' };
    return wrap(config(), { infno: '1101', input: { data }, now: Date.now(), sequence: 1 });
  };
  const send = async (message: unknown) => {
    const nonce = randomBytes(8).toString('hex');
    const headers = { 'content-type': 'application/json', ...gatewayHeaders(credentials, Date.now(), nonce) };
    const response = await post('/nhsa/fsi/api/fsiPsnInfoService/queryPsnInfo', headers, JSON.stringify(message));
    const opened = codec().open(await response.json());
    return 'json' in opened ? (opened.json as Record<string, unknown>) : opened;
  };

  it('answers who signs as agreed', async () => {
    expect(await send(codec().seal(question()))).toMatchObject({ infcode: 0 });
  });

  it('answers the same message once', async () => {
    const message = codec().seal(question());
    expect(await send(message)).toMatchObject({ infcode: 0 });
    expect(await send(message)).toMatchObject({ infcode: -1, err_msg: '请求重复' });
  });

  it.each([
    ['another key', () => codec({ privateKey: '1'.repeat(64) }).seal(question()), '签名验证失败'],
    ['another user id', () => codec({ userId: 'ALICE123@YAHOO.COM' }).seal(question()), '签名验证失败'],
    ['another secret', () => codec({ appSecret: 'x'.repeat(32) }).seal(question()), '解密失败'],
    ['a time of six minutes ago', () => codec({}, () => Date.now() - 360_000).seal(question()), '时间戳过期'],
    [
      'a payload that is not the signed one',
      () => ({ ...codec().seal(question()), encData: codec().seal({}).encData }),
      '签名验证失败',
    ],
    ['a version that is not the signed one', () => ({ ...codec().seal(question()), version: '9' }), '签名验证失败'],
    ['no signature', () => ({ ...codec().seal(question()), signData: undefined }), '报文格式错误'],
  ])('refuses %s', async (_title, message, words) => {
    expect(await send(message())).toMatchObject({ infcode: -1, err_msg: words });
  });
});

describe('the configuration for the backend that the sandbox hands out', () => {
  it('opens the three authorities, and each reaches it', async () => {
    await control('{"authority":"insurer","mode":"up"}');
    found = { kind: 'similar', sim: 90 };
    const config = authoritiesSchema.parse(backendConfig(sandbox.url));
    const question = {
      person: people[0],
      still: Buffer.from('x'),
      verification: 'v',
      signal: new AbortController().signal,
    };
    const answers = await Promise.all(
      openAuthorities(config, { now: Date.now, random: randomBytes }).map((authority) => authority.ask(question)),
    );
    expect(answers.map(({ code }) => code)).toEqual(['bank-match', 'police-match', 'insurer-match']);
  });
});
