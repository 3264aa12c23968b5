import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, routine, signed, unsigned } from './encode.ts';
import { get, i32, repeat, set, v128 } from './operations.ts';

/** What a module reads of LEB128. */
function decode(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, byte, i) => sum + (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n);
}

describe('the assembler', () => {
  it('writes whole numbers as LEB128', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (value) => {
        const bytes = unsigned(value);
        expect(decode(bytes)).toBe(BigInt(value));
        expect(bytes.map((byte) => byte >= 0x80)).toEqual(bytes.map((_, i) => i < bytes.length - 1));
      }),
    );
    expect(signed(-1)).toEqual([0x7f]);
    expect(signed(64)).toEqual([0xc0, 0x00]);
    expect(signed(-(2 ** 31))).toEqual([0x80, 0x80, 0x80, 0x80, 0x78]);
  });

  it('makes a module that counts, reads the picture and writes its own memory', () => {
    const sum = routine('sum', { length: 'i32', to: 'i32' }, { at: 'i32', total: 'i32' }, ($) => [
      repeat(
        [set($.total, i32.add(get($.total), get($.at))), set($.at, i32.add(get($.at), i32.const(1)))],
        i32.lt_u(get($.at), get($.length)),
      ),
      i32.store(get($.to), get($.total)),
      v128.store(get($.to), v128.load(i32.const(0), 0, 'picture'), 16),
    ]);
    const bytes = assemble([sum]);
    expect(WebAssembly.validate(bytes)).toBe(true);
    const [own, picture] = [new WebAssembly.Memory({ initial: 1 }), new WebAssembly.Memory({ initial: 1 })];
    new Uint8Array(picture.buffer).set([7, 8, 9]);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { own, picture } });
    const { sum: summed } = exports as { sum(length: number, to: number): void };
    summed(300, 32);
    expect(new DataView(own.buffer).getInt32(32, true)).toBe((299 * 300) / 2);
    expect([...new Uint8Array(own.buffer, 48, 4)]).toEqual([7, 8, 9, 0]);
  });
});
