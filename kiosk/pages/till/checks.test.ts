import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idNumberSchema, personNameSchema } from '../../../server/contract/people.ts';
import { saleSchema } from '../../../server/contract/schemas.ts';
import {
  checkAmount,
  checkCardholder,
  checkCode,
  checkId,
  checkName,
  checkSale,
  checkTillName,
  mask,
} from './checks.ts';

const ID = '11010519491231002X';

describe('an ID number, while it is typed', () => {
  it('is unfinished at every length, and right at the last', () => {
    for (let length = 0; length < 18; length++) expect(checkId(ID.slice(0, length)).state).toBe('unfinished');
    expect(checkId(ID)).toEqual({ state: 'right', value: ID });
    expect(checkId(' 11010519491231002x ')).toEqual({ state: 'right', value: ID });
  });
  it.each([
    ['1101051949123100A', 'idForm'],
    [`${ID}1`, 'idForm'],
    ['11010519491331', 'idDate'],
    ['110105194912310029', 'idDigit'],
  ])('is wrong as soon as it cannot become right: %s', (text, problem) => {
    expect(checkId(text)).toEqual({ state: 'wrong', problem: `till.checks.${problem}` });
  });
  it('is taken exactly when the kiosk takes it', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789Xx '), minLength: 16, maxLength: 19 });
    const dated = fc
      .tuple(
        fc.integer({ min: 1900, max: 2030 }),
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 32 }),
        fc.nat(999),
        fc.nat(10),
      )
      .map(
        ([y, m, d, n, c]) =>
          `110101${y}${String(m).padStart(2, '0')}${String(d).padStart(2, '0')}${String(n).padStart(3, '0')}${'10X98765432'[c]}`,
      );
    fc.assert(
      fc.property(fc.oneof(digits, dated, fc.constant(ID)), (text) => {
        expect(checkId(text).state === 'right').toBe(idNumberSchema.safeParse(text).success);
      }),
    );
  });
});

it('a name is taken exactly when the kiosk takes it', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'王明é·• -.’ab1 '), maxLength: 6 });
  fc.assert(
    fc.property(letters, (text) => {
      const read = personNameSchema.safeParse(text);
      const check = checkName(text);
      expect(check.state === 'right').toBe(read.success);
      if (check.state === 'right') expect(check.value).toBe(read.data);
    }),
  );
  expect(checkName('王').state).toBe('unfinished');
  expect(checkName('王1').state).toBe('wrong');
});

it('a sale reference is taken exactly when the kiosk takes it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 70 }), (text) => {
      const sale = text.trim();
      expect(checkSale(text).state === 'right').toBe(saleSchema.safeParse(sale).success);
    }),
  );
});

it.each([
  ['', undefined],
  ['12', 1200],
  ['12.', 1200],
  ['12.5', 1250],
  ['¥0.05', 5],
  ['10000000', 1_000_000_000],
])('an amount of %s yuan is %s fen', (text, fen) => expect(checkAmount(text)).toEqual({ state: 'right', value: fen }));
it.each(['x', '1.234', '-1', '10000000.01', '1,5'])('%s is no amount', (text) =>
  expect(checkAmount(text)).toEqual({ state: 'wrong', problem: 'till.checks.amount' }),
);

it('insurance number and e-credential have their own rules', () => {
  expect(checkCardholder('insuranceNumber', 'A0000').state).toBe('unfinished');
  expect(checkCardholder('insuranceNumber', 'A00000001').state).toBe('right');
  expect(checkCardholder('insuranceNumber', 'A-1').state).toBe('wrong');
  expect(checkCardholder('credentialToken', 'ec-token').state).toBe('right');
  expect(checkCardholder('credentialToken', 'ec token-1').state).toBe('wrong');
});

it('what identifies somebody is masked once it was entered', () => {
  expect(mask('idNumber', ID)).toBe('110***********002X');
  expect(mask('insuranceNumber', 'A00000001')).toBe('******001');
  expect(mask('credentialToken', 'ec-token-zhang-min')).toBe('**************-min');
});

it('a code has six digits, in whatever groups; a till’s name has letters', () => {
  expect(checkCode('123 456')).toEqual({ state: 'right', value: '123456' });
  expect([checkCode('12345').state, checkCode('12a').state]).toEqual(['unfinished', 'wrong']);
  expect([checkTillName('收银台 1').state, checkTillName('<b>').state]).toEqual(['right', 'wrong']);
});
