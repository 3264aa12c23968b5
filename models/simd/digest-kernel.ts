import { type Code, type Local, routine } from './encode.ts';
import { get, i32, i32x4, repeat, set, v128 } from './operations.ts';
import { STEP } from './place.ts';

/** xxHash's primes (Yann Collet, BSD-2-Clause). */
const [PRIME_1, PRIME_2] = [0x9e3779b1 | 0, 0x85ebca77 | 0];

/**
 * `digest`: sixteen lanes of 32 bits, each of which takes in every sixteenth word by xxHash's round,
 * lane = rotate(lane + word · PRIME_2, 13) · PRIME_1. The lanes lie at `lanes`, before and after; `length` is a
 * multiple of STEP and not zero.
 */
export const digestKernel = routine(
  'digest',
  { source: 'i32', length: 'i32', lanes: 'i32' },
  { end: 'i32', one: 'v128', two: 'v128', three: 'v128', four: 'v128', first: 'v128', second: 'v128' },
  ($) => {
    const lanes = [$.one, $.two, $.three, $.four];
    const rotated = (lane: Local): Code =>
      v128.or(i32x4.shl(get(lane), i32.const(13)), i32x4.shr_u(get(lane), i32.const(32 - 13)));
    const takeIn = (lane: Local, place: number) => [
      set(lane, i32x4.add(get(lane), i32x4.mul(v128.load(get($.source), place * 16, 'picture'), get($.second)))),
      set(lane, i32x4.mul(rotated(lane), get($.first))),
    ];
    return [
      set($.first, i32x4.splat(i32.const(PRIME_1))),
      set($.second, i32x4.splat(i32.const(PRIME_2))),
      set($.end, i32.add(get($.source), get($.length))),
      ...lanes.map((lane, place) => set(lane, v128.load(get($.lanes), place * 16))),
      repeat(
        [...lanes.flatMap(takeIn), set($.source, i32.add(get($.source), i32.const(STEP)))],
        i32.lt_u(get($.source), get($.end)),
      ),
      ...lanes.map((lane, place) => v128.store(get($.lanes), get(lane), place * 16)),
    ];
  },
);
