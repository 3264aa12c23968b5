import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REAL_WORLD } from '../clock.ts';
import { openVault } from './vault.ts';

const vault = openVault(new Uint8Array(32).fill(7), REAL_WORLD);
const person = { idNumber: '11010519491231002X', name: '张小敏', bankCard: '6222021234567894' };

describe('the vault of people', () => {
  it('gives back what it sealed, and never seals alike', () => {
    const sealed = vault.seal('row', person);
    expect(vault.unseal('row', sealed)).toEqual(person);
    expect(vault.seal('row', person)).not.toBe(sealed);
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain(person.idNumber);
  });
  it('opens nothing that was changed, moved to another row, or sealed with another key', () => {
    const sealed = vault.seal('row', person);
    const wrong = expect.objectContaining({ code: 'person-unreadable' });
    expect(() => vault.unseal('other', sealed)).toThrow(wrong);
    expect(() => openVault(new Uint8Array(32).fill(8), REAL_WORLD).unseal('row', sealed)).toThrow(wrong);
    const bytes = Buffer.from(sealed, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= by;
        expect(() => vault.unseal('row', changed.toString('base64'))).toThrow(wrong);
      }),
    );
    expect(() => vault.unseal('row', '')).toThrow(wrong);
  });
  it('finds a person again by a fingerprint that needs the key and says nothing', () => {
    const print = vault.fingerprint('person', person.idNumber);
    expect(vault.fingerprint('person', person.idNumber)).toBe(print);
    expect(vault.fingerprint('request', person.idNumber)).not.toBe(print);
    expect(openVault(new Uint8Array(32), REAL_WORLD).fingerprint('person', person.idNumber)).not.toBe(print);
  });
});
