import { type Code, type Local, routine } from './encode.ts';
import { f32, f32x4, f64, get, i8x16, i32, i32x4, repeat, set, v128 } from './operations.ts';

/** One, as a weight of 16 bits. */
export const WEIGHT_ONE = 16384;
const LANES = [0, 1, 2, 3] as const;
/** Two pixels R G B side by side, as pairs of 16 bits: both reds, both greens, both blues; 128 stands for nothing. */
const PAIRS = [0, 3, 1, 4, 2, 5].flatMap((byte) => [byte, 128]);

/** `crop` draws the picture's edge out; `cropBlack` takes what lies beyond for black. */
export const cropKernels = [cropKernel('crop', false), cropKernel('cropBlack', true)];

/**
 * What `cropInto` does, four target pixels at a time. The picture has rows of `stride` bytes. A target row has a multiple of four pixels. Eight bytes are read
 * from where a pixel begins, so two must follow the window. Columns are mixed with weights of 14 bits, rows with
 * floats: the result differs from exact mixing by a hundredth of a grey level at most.
 */
function cropKernel(name: string, black: boolean) {
  return routine(
    name,
    {
      ...({ stride: 'i32', across: 'i32', down: 'i32' } as const),
      // From the target's (u, v) to the source's (a·u + b·v + c, d·u + e·v + f).
      ...({ a: 'f32', b: 'f64', c: 'f64', d: 'f32', e: 'f64', f: 'f64' } as const),
      // The picture's last pixel.
      ...({ right: 'f32', bottom: 'f32' } as const),
      // Where the planes begin.
      ...({ red: 'i32', green: 'i32', blue: 'i32' } as const),
      // A grey level times WEIGHT_ONE becomes level · scale + offset.
      ...({ scale: 'f32', offset: 'f32' } as const),
    },
    {
      ...({ u: 'i32', v: 'i32', at: 'i32' } as const),
      ...({ us: 'v128', rowX: 'v128', rowY: 'v128', x: 'v128', y: 'v128', x0: 'v128', y0: 'v128' } as const),
      ...({ steps: 'v128', stepsY: 'v128', strides: 'v128', scales: 'v128', offsets: 'v128' } as const),
      ...({ zeros: 'v128', rights: 'v128', bottoms: 'v128', lastX: 'v128', lastY: 'v128' } as const),
      ...({
        wholes: 'v128',
        ones: 'v128',
        halves: 'v128',
        pairs: 'v128',
        mix: 'v128',
        mixed: 'v128',
        places: 'v128',
      } as const),
      ...({ above0: 'v128', above1: 'v128', above2: 'v128', above3: 'v128' } as const),
      ...({ below0: 'v128', below1: 'v128', below2: 'v128', below3: 'v128' } as const),
    },
    ($) => {
      const above = [$.above0, $.above1, $.above2, $.above3] as const;
      const below = [$.below0, $.below1, $.below2, $.below3] as const;
      const splatLast = (last: Local) =>
        i32x4.sub(i32x4.relaxed_trunc_f32x4_s(f32x4.splat(get(last))), i32x4.splat(i32.const(1)));
      const prepare = [
        ...(
          [
            [$.steps, $.a],
            [$.stepsY, $.d],
            [$.scales, $.scale],
            [$.offsets, $.offset],
          ] as const
        ).map(splat),
        ...(
          [
            [$.rights, $.right],
            [$.bottoms, $.bottom],
          ] as const
        ).map(splat),
        set($.zeros, f32x4.splat(f32.const(0))),
        set($.strides, i32x4.splat(get($.stride))),
        // The last pixel has no neighbour: a point on it is seen as one that lies wholly beside the last but one.
        set($.lastX, splatLast($.right)),
        set($.lastY, splatLast($.bottom)),
        set($.wholes, i32x4.splat(i32.const(WEIGHT_ONE))),
        set($.ones, f32x4.splat(f32.const(WEIGHT_ONE))),
        set($.halves, f32x4.splat(f32.const(0.5))),
        set($.pairs, i8x16.constant([...PAIRS, 128, 128, 128, 128])),
      ];
      const rowStart = (down: Local, first: Local) =>
        f32x4.splat(f32.demote_f64(f64.add(f64.mul(get(down), f64.convert_i32_u(get($.v))), get(first))));
      const along = (row: Local, step: Local) => f32x4.add(get(row), f32x4.mul(get($.us), get(step)));
      const inside = (value: Local, most: Local) =>
        v128.and(
          f32x4.ge(f32x4.add(get(value), get($.halves)), get($.zeros)),
          f32x4.le(f32x4.sub(get(value), get($.halves)), get(most)),
        );
      /** Cuts the value to the picture; whole pixel and fraction. */
      const split = (value: Local, whole: Local, [most, last]: readonly [Local, Local]) => [
        set(value, f32x4.pmax(f32x4.pmin(get(value), get(most)), get($.zeros))),
        set(whole, i32x4.min_s(i32x4.relaxed_trunc_f32x4_s(get(value)), get(last))),
        set(value, f32x4.sub(get(value), f32x4.convert_i32x4_s(get(whole)))),
      ];
      const place = i32x4.add(
        i32x4.mul(get($.y0), get($.strides)),
        i32x4.add(get($.x0), i32x4.shl(get($.x0), i32.const(1))),
      );
      const weight = i32x4.relaxed_trunc_f32x4_s(f32x4.add(f32x4.mul(get($.x), get($.ones)), get($.halves)));
      // The left pixel's weight in the low half, the right one's in the high half.
      const weights = i32x4.add(i32x4.sub(i32x4.shl(get($.x0), i32.const(16)), get($.x0)), get($.wholes));
      const findPlaces = [
        set($.x, along($.rowX, $.steps)),
        set($.y, along($.rowY, $.stepsY)),
        ...(black ? [set($.mix, v128.and(inside($.x, $.rights), inside($.y, $.bottoms)))] : []),
        ...split($.x, $.x0, [$.rights, $.lastX]),
        ...split($.y, $.y0, [$.bottoms, $.lastY]),
        set($.places, place),
        set($.x0, weight),
        // Beyond the picture neither counts.
        set($.mix, black ? v128.and(get($.mix), weights) : weights),
      ];
      const pairOf = (address: Code) => i8x16.relaxed_swizzle(v128.load64_zero(address, 'picture'), get($.pairs));
      const mixPair = (lane: number) => [
        set($.at, i32x4.extract_lane(lane, get($.places))),
        set($.mixed, i32x4.everywhere(lane, $.mix)),
        set(above[lane]!, i32x4.dot_i16x8_s(pairOf(get($.at)), get($.mixed))),
        set(below[lane]!, i32x4.dot_i16x8_s(pairOf(i32.add(get($.at), get($.stride))), get($.mixed))),
      ];
      const mixRows = (plane: Local, one: Local, other: Local) => {
        const upper = set($.mixed, f32x4.convert_i32x4_s(get(one)));
        const both = f32x4.add(
          get($.mixed),
          f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(get(other)), get($.mixed)), get($.y)),
        );
        const result = f32x4.add(f32x4.mul(both, get($.scales)), get($.offsets));
        return [upper, v128.store(get(plane), result), set(plane, i32.add(get(plane), i32.const(16)))];
      };
      const fourPixels = [
        ...findPlaces,
        ...LANES.flatMap(mixPair),
        ...[above, below].flatMap((row) => turn(row, $.mixed, $.places)),
        ...mixRows($.red, above[0], below[0]),
        ...mixRows($.green, above[1], below[1]),
        ...mixRows($.blue, above[2], below[2]),
        set($.us, f32x4.add(get($.us), f32x4.splat(f32.const(LANES.length)))),
        set($.u, i32.add(get($.u), i32.const(LANES.length))),
      ];
      const row = [
        set($.rowX, rowStart($.b, $.c)),
        set($.rowY, rowStart($.e, $.f)),
        set($.us, v128.const_f32x4(LANES)),
        set($.u, i32.const(0)),
        repeat(fourPixels, i32.lt_u(get($.u), get($.across))),
        set($.v, i32.add(get($.v), i32.const(1))),
      ];
      return [...prepare, repeat(row, i32.lt_u(get($.v), get($.down)))];
    },
  );
}

function splat([to, from]: readonly [Local, Local]): Code {
  return set(to, f32x4.splat(get(from)));
}

/** Four pixels R G B become four reds, four greens, four blues, in the first three of `rows`. */
function turn([one, two, three, four]: readonly [Local, Local, Local, Local], spare: Local, more: Local): Code[] {
  return [
    set(spare, i32x4.unpack_high(get(one), get(two))),
    set(more, i32x4.unpack_high(get(three), get(four))),
    set(one, i32x4.unpack_low(get(one), get(two))),
    set(three, i32x4.unpack_low(get(three), get(four))),
    set(two, i64x2Unpack('high', one, three)),
    set(one, i64x2Unpack('low', one, three)),
    set(three, i64x2Unpack('low', spare, more)),
  ];
}

function i64x2Unpack(half: 'low' | 'high', one: Local, other: Local): Code {
  const from = half === 'low' ? 0 : 8;
  const bytes = Array.from({ length: 8 }, (_, byte) => from + byte);
  return i8x16.shuffle([...bytes, ...bytes.map((byte) => byte + 16)], get(one), get(other));
}
