import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, authoritiesSchema, openAuthorities } from './index.ts';
import { backendConfig, sandboxPeople } from './sandbox/index.ts';

const [person] = sandboxPeople();
const config = authoritiesSchema.parse(backendConfig('http://authorities.invalid'));

/** Asks one authority whose host answers 200 with this text. */
function hear(name: string, text: string): Promise<Answer> {
  const fetch = async () => new Response(text, { headers: { 'content-type': 'application/json' } });
  const authorities = openAuthorities(config, { fetch, now: Date.now, random: (bytes) => new Uint8Array(bytes) });
  const question = { person, still: Buffer.from('jpeg'), verification: 'v-1', signal: new AbortController().signal };
  return authorities.find((authority) => authority.name === name)!.ask(question);
}

const OUTCOMES = ['match', 'mismatch', 'not-found', 'locked', 'unavailable'];
const EXACT: Readonly<Record<string, object>> = {
  bank: { Response: { Result: '0', Description: '认证通过', RequestId: 'r' } },
  police: { Response: { Result: 'Success', Description: '成功', Sim: 88.5, RequestId: 'r' } },
  insurer: {
    infcode: '0',
    output: { baseinfo: { certno: person.idNumber, psn_name: person.name }, insuinfo: [{ psn_insu_stas: '1' }] },
  },
};

/** Values that sound right, in places where they may be wrong. */
const word = fc.constantFrom('0', 0, '1', 1, 'Success', 100, -1, '-1', true, null, person.idNumber, person.name, 'r');
const keys = fc.constantFrom('Response', 'Result', 'Sim', 'Error', 'RequestId', 'infcode', 'output');
const near = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, word, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(keys, tie('value'))),
})).value;

type Path = readonly string[];
const pathsOf = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])])
    : [];

function change(value: object, path: Path, to: unknown): object {
  const copy = structuredClone(value);
  let at = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1)!;
  if (to === undefined) delete at[last];
  else at[last] = to;
  return copy;
}

describe.each(['bank', 'police', 'insurer'])('what the %s answers', (name) => {
  it('is a match in its exact shape (else what follows would prove nothing)', async () => {
    expect((await hear(name, JSON.stringify(EXACT[name]))).outcome).toBe('match');
  });

  it('is never a match when it is any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json({ maxDepth: 5 }),
          near.map((value) => JSON.stringify(value)),
        ),
        async (text) => {
          const answer = await hear(name, text);
          expect(OUTCOMES).toContain(answer.outcome);
          expect(answer.outcome).not.toBe('match');
          expect(answer.code).toMatch(new RegExp(`^${name}-[a-z0-9-]{1,100}$`));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is never a match when any one field of it is missing or nonsense', async () => {
    // Words for people and the empty parts around them carry no decision.
    const decisive = pathsOf(EXACT[name]).filter(
      (path) => path.at(-1) !== 'Description' && path.at(-1) !== 'RequestId',
    );
    const nonsense = fc.constantFrom(undefined, null, '', 'x', -1, 101, '00', ' 0', false, {}, [], [[]], '０');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...decisive), nonsense, async (path, to) => {
        expect((await hear(name, JSON.stringify(change(EXACT[name], path, to)))).outcome).not.toBe('match');
      }),
      { numRuns: 300 },
    );
  });

  it('is never a match when it is cut anywhere', async () => {
    const text = JSON.stringify(EXACT[name]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: text.length - 1 }), async (end) => {
        expect((await hear(name, text.slice(0, end))).outcome).toBe('unavailable');
      }),
    );
  });

  it('never brings personal data into the code', async () => {
    const said = `${person.name} ${person.idNumber}`;
    const texts = [
      { Response: { Error: { Code: said, Message: said }, RequestId: 'r' } },
      { Response: { Error: { Code: 'Failed.Zhang', Message: said }, Result: '0', Description: said, RequestId: 'r' } },
      { infcode: -1, err_msg: said },
      { Response: { Result: said, Description: said, Sim: 99, RequestId: 'r' } },
    ];
    for (const text of texts) {
      const answer = await hear(name, JSON.stringify(text));
      expect(answer.outcome).toBe('unavailable');
      expect(answer.code).not.toContain(person.idNumber);
      expect(answer.code).not.toContain(person.name);
    }
  });
});

describe('the police registry', () => {
  const say = (fields: object) =>
    hear('police', JSON.stringify({ Response: { RequestId: 'r', Description: '', ...fields } }));

  it('matches from the threshold on, not below', async () => {
    expect((await say({ Result: 'Success', Sim: 70 })).outcome).toBe('match');
    expect(await say({ Result: 'Success', Sim: 69.99 })).toEqual({
      outcome: 'mismatch',
      code: 'police-face-mismatch',
      face: 'mismatch',
    });
  });

  it('is unavailable when it answers and errs at once', async () => {
    const error = { Code: 'InternalError', Message: '' };
    expect(await say({ Result: 'Success', Sim: 99, Error: error })).toEqual({
      outcome: 'unavailable',
      code: 'police-internal-error',
    });
  });

  it('is not asked with a still that it would not take', async () => {
    const [, police] = openAuthorities(config, { now: Date.now, random: (bytes) => new Uint8Array(bytes) });
    const signal = new AbortController().signal;
    const large = await police.ask({ person, still: new Uint8Array(2_400_000), verification: 'v', signal });
    const empty = await police.ask({ person, still: new Uint8Array(), verification: 'v', signal });
    expect([large.code, empty.code]).toEqual(['police-still-too-large', 'police-still-empty']);
  });
});

describe('the insurer', () => {
  const baseinfo = { certno: person.idNumber, psn_name: person.name };
  const say = (output: unknown, infcode: unknown = 0) => hear('insurer', JSON.stringify({ infcode, output }));

  it.each([0, '0'])('may write success as %j', async (infcode) => {
    expect((await say({ baseinfo, insuinfo: [{ psn_insu_stas: 1 }] }, infcode)).code).toBe('insurer-match');
  });

  it('matches when one of several insurances is active, and says suspended when none is but one is paused', async () => {
    const insuinfo = (...states: string[]) => states.map((state) => ({ psn_insu_stas: state }));
    expect((await say({ baseinfo, insuinfo: insuinfo('2', '1') })).code).toBe('insurer-match');
    expect((await say({ baseinfo, insuinfo: insuinfo('4', '2') })).code).toBe('insurer-suspended');
    expect((await say({ baseinfo, insuinfo: insuinfo('4') })).code).toBe('insurer-inactive');
  });
});

describe('the bank', () => {
  it.each([
    ['0', 'match'],
    ['-1', 'mismatch'],
    ['-9', 'not-found'],
    ['-13', 'mismatch'],
    ['-14', 'mismatch'],
    ['-18', 'unavailable'],
    ['-19', 'locked'],
    ['-7', 'unavailable'],
    ['constructor', 'unavailable'],
  ])('answers %s: %s', async (Result, outcome) => {
    const text = JSON.stringify({ Response: { Result, Description: '', RequestId: 'r' } });
    expect((await hear('bank', text)).outcome).toBe(outcome);
  });
});
