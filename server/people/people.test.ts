import type { JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../authorities/contract.ts';
import type { People, Verification } from '../contract/index.ts';
import { readReceipt } from '../contract/receipt.ts';
import { json, problem } from '../testing/answers.ts';
import { LI, saying, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { movableWorld, tryOnce } from '../testing/course.ts';
import type { TestKiosk } from '../testing/kiosk.ts';
import type { PeopleSource } from './source.ts';

/** Eight years old in 2026. */
const CHILD = '110105201805050050';
const WIFE = '440524197003030021';
const SON = '110105199001010010';
const OUTSIDER = '11010519550303003X';

/** An insurer that knows a family. */
function family(change: Partial<PeopleSource> = {}): PeopleSource {
  return {
    lookup: async ({ idNumber, insuranceNumber, credentialToken }) => {
      if (insuranceNumber === 'BJ1234567' || credentialToken === 'token-of-zhang')
        return { kind: 'found', idNumber: ZHANG, name: '张小敏' };
      return idNumber === OUTSIDER ? { kind: 'found', idNumber, name: '周文' } : { kind: 'not-found' };
    },
    family: async () => ({
      kind: 'known',
      relatives: [
        { idNumber: WIFE, name: '王芳', relation: { code: '1', label: '配偶' } },
        { idNumber: CHILD, name: '张小宝', relation: { code: '4', label: '孙子女' } },
      ],
    }),
    relations: async () => [
      { code: '1', label: '配偶' },
      { code: '2', label: '子' },
      { code: '4', label: '孙子女' },
    ],
    ...change,
  };
}

let backend: TestBackend;
let kiosk: TestKiosk;
let forward: (ms: number) => void;
const asked: Record<string, Person> = {};
const noting = (name: 'bank' | 'police' | 'insurer') => {
  const { ask } = saying(name);
  return {
    name,
    ask: async (question: Parameters<typeof ask>[0]) => {
      asked[name] = question.person;
      return ask(question);
    },
  };
};
async function start(source = family()): Promise<void> {
  const moved = movableWorld();
  forward = moved.forward;
  const authorities = [noting('bank'), noting('police'), noting('insurer')];
  backend = await startTestBackend({ source, world: moved.world, authorities });
  kiosk = await backend.kiosk();
}
beforeEach(() => start());
afterEach(async () => {
  expect(backend.faults).toEqual([]);
  await backend.remove();
});
const listed = async () => json<People>(kiosk.people({ idNumber: ZHANG }));
const askFor = (subject: object, more: object = {}) => kiosk.ask(ZHANG, { more: { subject, ...more } });
const guardian = { name: '王芳', idNumber: WIFE, relation: '1', consent: true };

describe('the people of a cardholder', () => {
  it('are shown masked, with their relation in the words of the dictionary', async () => {
    const people = await listed();
    expect(people).toMatchObject({
      cardholder: { name: '张*敏', idNumber: '110***********002X', needsGuardian: false },
      relatives: [
        { name: '王*', relation: { code: '1', label: '配偶' }, needsGuardian: false },
        { name: '张*宝', relation: { code: '4', label: '孙子女' }, needsGuardian: true },
      ],
      family: 'known',
    });
    expect(JSON.stringify(people)).not.toMatch(new RegExp(`${ZHANG}|${WIFE}|${CHILD}|小敏`));
  });
  it('are found by the number of the insurance and by the token of the e-credential too', async () => {
    for (const by of [{ insuranceNumber: 'BJ1234567' }, { credentialToken: 'token-of-zhang' }])
      expect((await json<People>(kiosk.people(by))).cardholder.name).toBe('张*敏');
    expect(await problem(kiosk.people({ insuranceNumber: 'BJ7654321' }))).toEqual([404, 'person-unknown']);
  });
  it('are asked for by exactly one number', async () => {
    for (const by of [{}, { idNumber: ZHANG, insuranceNumber: 'BJ1234567' }, { idNumber: '1' }])
      expect(await problem(kiosk.people(by))).toEqual([422, 'validation-failed']);
  });
  it('stay the cardholder alone when the insurer cannot name the family, and it says so', async () => {
    await backend.remove();
    await start(family({ family: async () => ({ kind: 'unavailable', code: 'insurer-timeout' }) }));
    expect(await listed()).toMatchObject({ relatives: [], family: 'unavailable', cardholder: { name: '张*敏' } });
  });
  it('cannot be said at all when the insurer is silent and the person is not registered here', async () => {
    await backend.remove();
    await start(family({ lookup: async () => ({ kind: 'unavailable', code: 'insurer-timeout' }) }));
    expect(await problem(kiosk.people({ idNumber: OUTSIDER }))).toEqual([503, 'insurer-unavailable']);
  });
});

describe('a relative from the family network', () => {
  it('stands for the cardholder: the police look at the relative, bank and insurer at the cardholder', async () => {
    const { relatives } = await listed();
    const created = await json<Verification>(askFor({ who: 'relative', person: relatives[0]!.person }));
    expect(created).toMatchObject({
      cardholder: { name: '张*敏' },
      subject: { name: '王*', who: 'relative', relation: { code: '1', label: '配偶' } },
    });
    const ended = await tryOnce(kiosk, created.id);
    expect(ended.state).toBe('verified');
    expect([asked.police?.idNumber, asked.bank?.idNumber, asked.insurer?.idNumber]).toEqual([WIFE, ZHANG, ZHANG]);
    expect(await receiptOf(ended)).toMatchObject({
      cardholder: { name: '张*敏', idNumber: '110***********002X' },
      subject: { name: '王*', relation: { label: '配偶' } },
      by_hand: false,
    });
  });
  it('is known by the id that this kiosk was given, for this cardholder, for a while', async () => {
    const { relatives } = await listed();
    const subject = { who: 'relative', person: relatives[0]!.person };
    expect(await problem(kiosk.ask(LI, { more: { subject } }))).toEqual([404, 'relative-unknown']);
    expect(await problem((await backend.kiosk()).ask(ZHANG, { more: { subject } }))).toEqual([404, 'relative-unknown']);
    expect(await problem(askFor({ who: 'relative', person: 'guess' }))).toEqual([404, 'relative-unknown']);
    forward(120_001);
    expect(await problem(askFor(subject))).toEqual([404, 'relative-unknown']);
  });
  it('under 14 needs the consent of a guardian who is somebody else and of age', async () => {
    const { relatives } = await listed();
    const child = { who: 'relative', person: relatives[1]!.person };
    expect(await problem(askFor(child))).toEqual([422, 'guardian-missing']);
    const unfit = { ...guardian, idNumber: CHILD };
    expect(await problem(askFor({ ...child, guardian: unfit }))).toEqual([422, 'guardian-unfit']);
    const refusing = { ...guardian, consent: false };
    expect(await problem(askFor({ ...child, guardian: refusing }))).toEqual([422, 'validation-failed']);
    const { id } = await json<Verification>(askFor({ ...child, guardian }));
    expect(await receiptOf(await tryOnce(kiosk, id))).toMatchObject({
      guardian: { name: '王*', idNumber: '440***********0021', relation: { label: '配偶' } },
    });
  });
});

describe('somebody entered by hand', () => {
  const delegate = { who: 'by-hand', name: '张伟', idNumber: SON, relation: '2' };
  it('is marked so in receipt and audit, which show both people', async () => {
    const { id } = await json<Verification>(askFor(delegate));
    const ended = await tryOnce(kiosk, id);
    expect(await receiptOf(ended)).toMatchObject({
      by_hand: true,
      cardholder: { name: '张*敏', idNumber: '110***********002X' },
      subject: { name: '张*', idNumber: '110***********0010', relation: { code: '2', label: '子' } },
    });
    const [line] = await backend.store.audit.of(id);
    expect(JSON.parse(line!.detail)).toMatchObject({ subject: 'by-hand' });
  });
  it.each([
    ['a wrong check digit', { idNumber: `${SON.slice(0, 17)}4` }, 422, 'validation-failed'],
    ['digits in the name', { name: '张3' }, 422, 'validation-failed'],
    ['a name of one letter', { name: '张' }, 422, 'validation-failed'],
    ['a relation that is in no dictionary', { relation: '77' }, 422, 'relation-unknown'],
    ['a child', { idNumber: CHILD }, 422, 'delegate-unfit'],
    ['the cardholder', { idNumber: ZHANG }, 422, 'delegate-unfit'],
  ])('with %s is refused', async (_, change, status, code) => {
    expect(await problem(askFor({ ...delegate, ...change }))).toEqual([status, code]);
  });
  it('with a name as Uyghurs, Mongols and foreigners have them is taken', async () => {
    for (const name of ['买买提•艾力', 'Anna-Maria O’Neill', '欧阳小明', '𠮷野']) {
      const created = await json<Verification>(askFor({ ...delegate, name }));
      expect(created.subject.who).toBe('by-hand');
      await kiosk.cancel(created.id);
    }
  });
});

describe('what is kept of people', () => {
  const held = () => backend.store.parties;
  it('goes when the verification is over, and stays while it can be tried again', async () => {
    const { id } = await json<Verification>(askFor({ who: 'cardholder' }));
    await tryOnce(kiosk, id, { still: undefined });
    await held().dropOld(await backend.store.now());
    expect(await held().of(id)).toBeDefined();
    await kiosk.change(id, 'retry');
    await tryOnce(kiosk, id);
    await held().dropOld((await backend.store.now()) + 1);
    expect(await held().of(id)).toBeUndefined();
  });
  it('goes when the time to try again is over, unless there is an appeal', async () => {
    const [first, second] = [
      await json<Verification>(askFor({ who: 'cardholder' })),
      await json<Verification>((await backend.kiosk()).ask(LI)),
    ];
    await tryOnce(kiosk, first.id, { still: undefined });
    await kiosk.change(first.id, 'appeal', { by: 'subject' });
    forward(300_000);
    await held().dropOld(await backend.store.now());
    expect([await held().of(first.id), await held().of(second.id)]).toEqual([expect.anything(), undefined]);
  });
  it('is sealed: nobody can read it in the database', async () => {
    const { id } = await json<Verification>(askFor({ who: 'by-hand', name: '张伟', idNumber: SON, relation: '2' }));
    const row = await held().of(id);
    expect(row?.sealed).not.toMatch(/张|1101/);
    await kiosk.cancel(id);
    await untilEnded(kiosk, id);
  });
});

async function receiptOf({ result }: Verification) {
  const jwks = await json<JSONWebKeySet>(backend.app.request('/.well-known/jwks.json'));
  const read = await readReceipt(result!.receipt, jwks);
  return read.ok ? read.receipt : read.message;
}
