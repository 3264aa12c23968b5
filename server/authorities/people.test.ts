import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { authoritiesSchema, type Cardholder, openAuthorities, openPeople, type People, peopleOf } from './index.ts';
import { credentialsSchema } from './sandbox/credentials.ts';
import { backendConfig, type Sandbox, sandboxPeople, startSandbox } from './sandbox/index.ts';
import { IMPATIENT } from './sandbox/testing/asking.ts';

const people = sandboxPeople();
const find = (key: string) => people.find((person) => person.key === key)!;
const never = new AbortController().signal;
const REAL = { now: Date.now, random: randomBytes };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    host: '127.0.0.1',
    port: 0,
    people,
    credentials: credentialsSchema.parse({}),
    compare: async () => ({ kind: 'similar', sim: 90 }),
    now: Date.now,
    slowMs: 20_000,
    down: [],
  });
});
afterAll(() => sandbox.close());
afterEach(() => sandbox.setMode('insurer', 'up'));

type Change = { readonly insurer?: object; readonly now?: () => number; readonly envelope?: 'plain' | 'sm' };
function open({ insurer, now, envelope }: Change = {}): People {
  const plain = backendConfig(sandbox.url, {}, envelope);
  const config = authoritiesSchema.parse({ ...plain, insurer: { ...plain.insurer, timeoutMs: 10_000, ...insurer } });
  return openPeople(config, { ...REAL, ...(now && { now }) });
}

describe.each(['plain', 'sm'] as const)('the insurer as the source of people (%s)', (envelope) => {
  const source = (insurer?: object) => open({ envelope, ...(insurer && { insurer }) });
  const zhaoLei = find('zhao-lei');

  it.each<[string, Cardholder]>([
    ['ID number', { kind: 'id-number', idNumber: zhaoLei.idNumber }],
    ['e-credential', { kind: 'e-credential', token: zhaoLei.eCredential }],
    ['insurance card', { kind: 'insurance-card', number: zhaoLei.insuranceNumber, cardSn: zhaoLei.cardSn }],
    ['insurance number', { kind: 'insurance-card', number: zhaoLei.insuranceNumber }],
  ])('finds a cardholder by %s, and the family', async (_title, cardholder) => {
    const { idNumber, name } = zhaoLei;
    expect(await source().lookup(cardholder, never)).toEqual({
      outcome: 'found',
      code: 'insurer-found',
      person: { idNumber, name, insuranceState: 'active' },
    });
    expect(await source().family(cardholder, never)).toEqual({
      outcome: 'found',
      code: 'insurer-family',
      members: [
        member('qian-xue', { code: '10', zh: '配偶', en: 'spouse' }),
        member('zhao-yuan', { code: '30', zh: '女', en: 'daughter' }),
        member('xu-lan', { code: '50', zh: '父母', en: 'parent' }),
      ],
    });
  });

  it.each<[string, Cardholder]>([
    ['ID number', { kind: 'id-number', idNumber: '11010519491231002X' }],
    ['e-credential', { kind: 'e-credential', token: 'ec-of-nobody' }],
    ['card with another chip', { kind: 'insurance-card', number: zhaoLei.insuranceNumber, cardSn: 'SN999999' }],
    ['person whom nobody knows', { kind: 'id-number', idNumber: find('nobody').idNumber }],
  ])('says not-found for an unknown %s', async (_title, cardholder) => {
    const unknown = { outcome: 'not-found', code: 'insurer-not-found' };
    expect(await source().lookup(cardholder, never)).toEqual(unknown);
    expect(await source().family(cardholder, never)).toEqual(unknown);
  });

  it.each([
    ['chen-jing', 'suspended'],
    ['he-ping', 'unknown'],
  ] as const)('tells the insurance of %s: %s', async (key, insuranceState) => {
    const answer = await source().lookup({ kind: 'id-number', idNumber: find(key).idNumber }, never);
    expect(answer).toMatchObject({ outcome: 'found', person: { insuranceState } });
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
    ['wrong-signature', envelope === 'sm' ? 'sm-signature' : 'refused'],
  ] as const)('is unavailable when it is %s: %s', async (mode, fault) => {
    sandbox.setMode('insurer', mode);
    // Each has its own: else the breaker would open, which is another matter.
    const asked = () => source(mode === 'slow' ? IMPATIENT : undefined);
    const unavailable = { outcome: 'unavailable', code: `insurer-${fault}` };
    const cardholder = { kind: 'id-number', idNumber: zhaoLei.idNumber } as const;
    expect(await asked().lookup(cardholder, never)).toEqual(unavailable);
    expect(await asked().family(cardholder, never)).toEqual(unavailable);
  });
});

const member = (key: string, relation: object) => ({ idNumber: find(key).idNumber, name: find(key).name, relation });
const byId = (key: string) => ({ kind: 'id-number', idNumber: find(key).idNumber }) as const;

describe('the family network', () => {
  it('shows a code that the dictionary does not have as it is', async () => {
    expect(await open().family(byId('li-na'), never)).toMatchObject({
      members: [member('wang-fang', { code: '88' })],
    });
  });

  it('is empty for who has none', async () => {
    expect(await open().family(byId('xu-lan'), never)).toEqual({
      outcome: 'found',
      code: 'insurer-family',
      members: [],
    });
  });

  it('is unavailable where none is configured', async () => {
    const source = open({ insurer: { family: undefined } });
    expect(await source.family(byId('zhao-lei'), never)).toEqual({
      outcome: 'unavailable',
      code: 'insurer-no-family-network',
    });
  });

  it('comes with codes alone where there is no dictionary', async () => {
    const members = [
      member('qian-xue', { code: '10' }),
      member('zhao-yuan', { code: '30' }),
      member('xu-lan', { code: '50' }),
    ];
    for (const dictionary of [{}, { path: '/dictionary', type: 'another' }])
      expect(await open({ insurer: { dictionary } }).family(byId('zhao-lei'), never)).toMatchObject({ members });
  });
});

/** A source whose gateway answers what `say` says about each transaction. */
function hearing(say: (infno: string) => unknown, now = Date.now): { source: People; asked: string[] } {
  const asked: string[] = [];
  const fetch = async (_url: unknown, init?: RequestInit) => {
    const { infno } = JSON.parse(String(init?.body));
    asked.push(infno);
    return Response.json(say(infno));
  };
  const config = authoritiesSchema.parse(backendConfig('http://insurer.invalid'));
  return { source: openPeople(config, { ...REAL, now, fetch: fetch as typeof globalThis.fetch }), asked };
}

const ZHAO = find('zhao-lei');
const baseinfo = { certno: ZHAO.idNumber, psn_name: ZHAO.name };
const paying = [{ psn_insu_stas: '1' }];
const relative = { certno: find('qian-xue').idNumber, psn_name: '钱雪', patn_rlts: '10' };

describe('what the gateway answers to a lookup', () => {
  const lookUp = (output: unknown) => hearing(() => ({ infcode: 0, output })).source.lookup(byId('zhao-lei'), never);

  it('is found in its exact shape (else what follows would prove nothing)', async () => {
    expect((await lookUp({ baseinfo, insuinfo: paying })).outcome).toBe('found');
  });

  it('brings a name in the form in which the other authorities are asked', async () => {
    const answer = await lookUp({ baseinfo: { ...baseinfo, psn_name: ' 买买提•艾力 ' }, insuinfo: paying });
    expect(answer).toMatchObject({ person: { name: '买买提·艾力' } });
  });

  it.each([
    ['somebody else', { certno: find('qian-xue').idNumber, psn_name: '钱雪' }, 'insurer-another-person'],
    ['a passport', { ...baseinfo, certno: 'E12345678' }, 'insurer-no-id-number'],
    ['an ID number with a wrong check digit', { ...baseinfo, certno: '110105198111110115' }, 'insurer-no-id-number'],
    ['no name', { ...baseinfo, psn_name: ' ' }, 'insurer-malformed'],
    ['nobody', {}, 'insurer-malformed'],
  ])('with %s is unavailable', async (_title, other, code) => {
    expect(await lookUp({ baseinfo: other, insuinfo: paying })).toEqual({ outcome: 'unavailable', code });
  });

  it('is never a found person when it is any JSON, and never brings personal data into the code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (output) => {
        const answer = await lookUp(output);
        expect(answer.outcome).toBe('unavailable');
        expect(answer.code).toMatch(/^insurer-[a-z-]{1,40}$/);
      }),
    );
  });
});

describe('what the gateway answers about a family', () => {
  const ask = (fmlyinfo: unknown) =>
    hearing((infno) => ({ infcode: 0, output: infno === 'F101' ? { fmlyinfo } : {} })).source.family(
      byId('zhao-lei'),
      never,
    );

  it('is found in its exact shape, without the cardholder (else what follows would prove nothing)', async () => {
    const self = { certno: ZHAO.idNumber, psn_name: ZHAO.name, patn_rlts: '01' };
    expect(await ask([self, relative])).toMatchObject({ members: [{ name: '钱雪', relation: { code: '10' } }] });
  });

  it.each([
    ['a relative without a relation', [{ ...relative, patn_rlts: undefined }]],
    ['a relative with another field for it', [{ ...relative, patn_rlts: undefined, coner_rlts_code: '10' }]],
    ['a relative without a valid ID number', [relative, { ...relative, certno: '123' }]],
    ['a relative without a name', [{ ...relative, psn_name: '' }]],
    ['the same relative twice', [relative, { ...relative, patn_rlts: '50' }]],
    ['more relatives than a family has', Array.from({ length: 51 }, () => relative)],
    ['no list', undefined],
  ])('with %s is unavailable as a whole', async (_title, fmlyinfo) => {
    expect(await ask(fmlyinfo)).toEqual({ outcome: 'unavailable', code: 'insurer-malformed' });
  });
});

describe('the dictionary of relations', () => {
  it('can be had as a whole, for entering somebody by hand', async () => {
    const relations = await open().relations(never);
    expect(relations).toContainEqual({ code: '10', zh: '配偶', en: 'spouse' });
    expect(relations.length).toBeGreaterThan(5);
    sandbox.setMode('insurer', 'down');
    expect(await open().relations(never)).toEqual([]);
  });

  it('is asked once, again when it is old, and its old words are kept when it cannot be had', async () => {
    let now = 1_800_000_000_000;
    let version = 1;
    const word = () => ({ type: 'patn_rlts', value: '10', label: `配偶${version}` });
    const { source, asked } = hearing(
      (infno) => {
        if (infno === 'F101') return { infcode: 0, output: { fmlyinfo: [relative] } };
        return version > 2 ? { infcode: -1, err_msg: '' } : { infcode: 0, output: { version, list: [word()] } };
      },
      () => now,
    );
    const words = async () => {
      const answer = await source.family(byId('zhao-lei'), never);
      return answer.outcome === 'found' && answer.members[0].relation;
    };
    const downloads = () => asked.filter((infno) => infno === '1901').length;
    expect([await words(), await words()]).toEqual([
      { code: '10', zh: '配偶1' },
      { code: '10', zh: '配偶1' },
    ]);
    expect(downloads()).toBe(1);
    version = 2;
    now += 25 * 3600_000;
    expect(await words()).toEqual({ code: '10', zh: '配偶2' });
    version = 3;
    now += 25 * 3600_000;
    expect([await words(), await words()]).toEqual([
      { code: '10', zh: '配偶2' },
      { code: '10', zh: '配偶2' },
    ]);
    expect(downloads(), 'nobody is held up by a dictionary that failed a moment ago').toBe(3);
    now += 61_000;
    await words();
    expect(downloads()).toBe(4);
  });
});

describe('authorities that are open', () => {
  it('hold the source of people, on the line of the insurer', async () => {
    const plain = backendConfig(sandbox.url);
    const config = authoritiesSchema.parse({ ...plain, insurer: { ...plain.insurer, rate: { perMinute: 1 } } });
    const authorities = openAuthorities(config, REAL);
    const source = peopleOf(authorities)!;
    expect((await source.lookup(byId('zhao-lei'), never)).outcome).toBe('found');
    const insurer = authorities.find(({ name }) => name === 'insurer')!;
    const question = { person: ZHAO, still: new Uint8Array(), verification: 'v', signal: never };
    expect(await insurer.ask(question)).toEqual({ outcome: 'unavailable', code: 'insurer-rate-limited' });
  });

  it('sign in where they are told to', async () => {
    const plain = backendConfig(sandbox.url);
    const config = (signIn: object) => authoritiesSchema.parse({ ...plain, insurer: { ...plain.insurer, ...signIn } });
    const lookUp = (signIn: object) => openPeople(config(signIn), REAL).lookup(byId('zhao-lei'), never);
    expect((await lookUp({ signIn: {} })).code).toBe('insurer-found');
    expect((await lookUp({ signNo: 'of yesterday' })).code).toBe('insurer-refused');
  });

  it('tell without a face whether name and ID number belong together', async () => {
    const police = openAuthorities(authoritiesSchema.parse(backendConfig(sandbox.url)), REAL)[1];
    const identify = async (person: { idNumber: string; name: string }) => (await police.identify!(person, never)).code;
    expect(await identify(ZHAO)).toBe('police-match');
    expect(await identify({ ...ZHAO, name: '钱雪' })).toBe('police-mismatch');
    expect(await identify(find('nobody'))).toBe('police-not-found');
    expect(await identify(find('feng-tao'))).toBe('police-over-limit');
  });
});
