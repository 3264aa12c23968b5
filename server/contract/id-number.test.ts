import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIdNumber, maskIdNumber, maskName } from './id-number.ts';

describe('an ID number', () => {
  it.each(['11010519491231002X', '440524188001010014'])('%s is accepted', (text) => {
    expect(checkIdNumber(text)).toBeUndefined();
  });
  it('with one digit changed is refused, wherever the digit stands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const digits = [...'11010519491231002X'];
        digits[at] = String((Number(digits[at]) + by) % 10);
        expect(checkIdNumber(digits.join(''))).toBeTypeOf('string');
      }),
    );
  });
  it('of the 31st of February is refused by its date', () => {
    expect(checkIdNumber('110105194902310021')).toMatch(/date of birth/);
  });
  it('never stands in the message about it', () => {
    expect(checkIdNumber('110105194912310021')).not.toMatch(/\d{6}/);
  });
  it('is masked to its first three and last four characters', () => {
    expect(maskIdNumber('11010519491231002X')).toBe('110***********002X');
  });
});

describe('a masked name', () => {
  it.each([
    ['王明', '王*'],
    ['王小明', '王*明'],
    ['欧阳小明', '欧**明'],
    ['𠮷野家', '𠮷*家'],
  ])('%s becomes %s', (name, masked) => expect(maskName(name)).toBe(masked));
});
