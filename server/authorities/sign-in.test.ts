import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Authority, authoritiesSchema, openAuthorities } from './index.ts';
import { backendConfig, sandboxPeople } from './sandbox/index.ts';

const [person] = sandboxPeople();
const question = { person, still: new Uint8Array(), verification: 'v', signal: new AbortController().signal };
const person1101 = {
  infcode: 0,
  output: { baseinfo: { certno: person.idNumber, psn_name: person.name }, insuinfo: [{ psn_insu_stas: '1' }] },
};

/** An insurer whose gateway counts, and answers 1101 as told for the sign_no that it is shown. */
function start(change: {
  readonly signIn?: object;
  readonly now?: () => number;
  readonly say?: (sign: string) => unknown;
}) {
  const said: string[] = [];
  let given = 0;
  const fetch = async (_url: unknown, init?: RequestInit) => {
    const { infno, sign_no } = JSON.parse(String(init?.body));
    said.push(infno === '9001' ? '9001' : `${infno} ${sign_no}`);
    if (infno !== '9001') return Response.json(change.say?.(sign_no) ?? person1101);
    given += 1;
    return Response.json({ infcode: 0, output: { signinoutb: { sign_time: '', sign_no: `N${given}` } } });
  };
  const plain = backendConfig('http://insurer.invalid');
  const config = authoritiesSchema.parse({ ...plain, insurer: { ...plain.insurer, signIn: change.signIn ?? {} } });
  const deps = { fetch: fetch as typeof globalThis.fetch, now: change.now ?? Date.now, random: randomBytes };
  const insurer = openAuthorities(config, deps).find(({ name }) => name === 'insurer') as Authority;
  return { ask: async () => (await insurer.ask(question)).code, said };
}

describe('signing in at the gateway', () => {
  it('happens once, before the first of many questions', async () => {
    const { ask, said } = start({});
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect(said).toEqual(['9001', '1101 N1', '1101 N1', '1101 N1', '1101 N1']);
  });

  it('happens again when the number is old', async () => {
    let now = 1_800_000_000_000;
    const { ask, said } = start({ signIn: { keepMs: 1000 }, now: () => now });
    await ask();
    now += 1000;
    await ask();
    expect(said).toEqual(['9001', '1101 N1', '9001', '1101 N2']);
  });

  it('happens again, once, when the gateway has forgotten the number, and the question is repeated', async () => {
    const out = { infcode: -1, err_msg: '操作员未签到' };
    const { ask, said } = start({ say: (signNo) => (signNo === 'N1' ? out : person1101) });
    expect(await ask()).toBe('insurer-match');
    expect(said).toEqual(['9001', '1101 N1', '9001', '1101 N2']);
    const hopeless = start({ say: () => out });
    expect(await hopeless.ask()).toBe('insurer-refused');
    expect(hopeless.said).toEqual(['9001', '1101 N1', '9001', '1101 N2']);
  });

  it.each([
    [{ infcode: -1, err_msg: `操作员 ${person.name} 不存在` }, 'insurer-sign-in-refused'],
    [{ infcode: 0, output: {} }, 'insurer-malformed'],
  ])('that fails is unavailable, and the person is not asked about', async (answer, code) => {
    const plain = backendConfig('http://insurer.invalid');
    const config = authoritiesSchema.parse({ ...plain, insurer: { ...plain.insurer, signIn: {} } });
    const fetch = async (_url: unknown, init?: RequestInit) => {
      expect(String(init?.body)).not.toContain(person.idNumber);
      return Response.json(answer);
    };
    const deps = { fetch: fetch as typeof globalThis.fetch, now: Date.now, random: randomBytes };
    const insurer = openAuthorities(config, deps).find(({ name }) => name === 'insurer') as Authority;
    expect(await insurer.ask(question)).toEqual({ outcome: 'unavailable', code });
  });
});
