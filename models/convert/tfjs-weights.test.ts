import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWeights, fromHalf } from './tfjs-weights.ts';

const bytes = (values: Iterable<number>, type: { new (values: Iterable<number>): { buffer: ArrayBufferLike } }) =>
  Buffer.from(new type(values).buffer as ArrayBuffer);

describe('the weights of a TFJS model', () => {
  it('lie back to back, each stored in its own way', () => {
    const binary = Buffer.concat([
      bytes([1.5, -2], Float32Array),
      bytes([0x3c00, 0xc000], Uint16Array),
      bytes([0, 128, 255], Uint8Array),
      bytes([-7], Int32Array),
    ]);
    const decoded = decodeWeights(
      [
        { name: 'plain', shape: [2], dtype: 'float32' },
        { name: 'half', shape: [1, 2], dtype: 'float32', quantization: { dtype: 'float16' } },
        { name: 'affine', shape: [3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
        { name: 'whole', shape: [], dtype: 'int32' },
      ],
      binary,
    );
    expect([...decoded].map(([name, { shape, data }]) => [name, shape, [...data]])).toEqual([
      ['plain', [2], [1.5, -2]],
      ['half', [1, 2], [1, -2]],
      ['affine', [3], [-1, 63, 126.5]],
      ['whole', [], [-7]],
    ]);
  });

  it('are read wherever the bytes lie', () => {
    const shifted = Buffer.concat([Buffer.alloc(3), bytes([1.5], Float32Array)]).subarray(3);
    expect([...decodeWeights([{ name: 'w', shape: [1], dtype: 'float32' }], shifted).get('w')!.data]).toEqual([1.5]);
  });

  it.each([
    [3, 'the weights end at byte 3, inside w'],
    [5, 'the weights are 5 bytes long, their list describes 4'],
  ])('that are %i bytes long instead of 4 are refused', (length, message) => {
    const decode = () => decodeWeights([{ name: 'w', shape: [1], dtype: 'float32' }], Buffer.alloc(length));
    expect(decode).toThrow(expect.objectContaining({ code: 'model-corrupt', message }));
  });

  it('of a type that the converter does not know are refused', () => {
    const decode = () => decodeWeights([{ name: 'w', shape: [1], dtype: 'bool' }], Buffer.alloc(1));
    expect(decode).toThrow(
      expect.objectContaining({ code: 'model-unsupported', message: 'weight w is stored as bool' }),
    );
  });
});

describe('float16', () => {
  it('agrees with the definition for the values that are easy to get wrong', () => {
    const known: readonly [number, number][] = [
      [0x0000, 0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x7bff, 65504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
    ];
    for (const [bits, value] of known) expect(fromHalf(bits)).toBe(value);
    expect(fromHalf(0x8000)).toBe(-0);
    expect(fromHalf(0x7e00)).toBeNaN();
  });

  it('grows with its bits and is odd', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7bfe }), (bits) => {
        expect(fromHalf(bits + 1)).toBeGreaterThan(fromHalf(bits));
        expect(fromHalf(bits | 0x8000)).toBe(-fromHalf(bits));
      }),
    );
  });
});
