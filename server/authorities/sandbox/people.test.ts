import { describe, expect, it } from 'vitest';
import { checkIdNumber } from '../../contract/index.ts';
import { sandboxPeople } from './people.ts';

const people = sandboxPeople();
const PORTRAITS = ['zhang-min', 'li-na', 'wang-fang', 'chen-jing'];

describe("the sandbox's people", () => {
  it.each(people)('$key has an ID number that checks, of a made-up person of one district', ({ idNumber }) => {
    expect(checkIdNumber(idNumber)).toBeUndefined();
    expect(idNumber).toMatch(/^110105/);
  });

  it.each(people)('$key has a card of 19 digits that begins with 62 and passes Luhn', ({ bankCard }) => {
    expect(bankCard).toMatch(/^62\d{17}$/);
    const digits = [...bankCard].reverse().map(Number);
    const sum = digits.reduce(
      (total, digit, i) => total + (i % 2 === 0 ? digit : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit]),
      0,
    );
    expect(sum % 10).toBe(0);
  });

  it.each(people)('$key has a mobile number, a Chinese name and a portrait', ({ phone, name, portrait }) => {
    expect(phone).toMatch(/^1[3-9]\d{9}$/);
    expect(name).toMatch(/^\p{Script=Han}{2,4}$/u);
    expect(PORTRAITS).toContain(portrait);
  });

  it('are told apart by every number they have', () => {
    const fields = [
      'key',
      'name',
      'idNumber',
      'bankCard',
      'phone',
      'insuranceNumber',
      'cardSn',
      'eCredential',
    ] as const;
    for (const field of fields) expect(new Set(people.map((person) => person[field])).size, field).toBe(people.length);
  });

  it('have a family of four with a child, of whom the insurer tells three', () => {
    const [zhaoLei] = people.filter(({ key }) => key === 'zhao-lei');
    const family = people.filter(({ key }) => zhaoLei.family?.some((member) => member.key === key));
    expect(family.map(({ idNumber }) => Number(idNumber.slice(6, 10)))).toEqual([1982, 2016, 1955]);
  });

  it('begin with two for whom everything is good', () => {
    for (const key of ['zhang-min', 'li-na']) {
      const { bankResult, insurance, behaviour, registeredPortrait, unknown } = people.find((one) => one.key === key)!;
      for (const oddity of [bankResult, insurance, behaviour, registeredPortrait, unknown])
        expect(oddity).toBeUndefined();
    }
  });
});
