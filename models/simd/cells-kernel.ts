import { routine } from './encode.ts';
import { get, i16x8, i32, i32x4, repeat, set, v128 } from './operations.ts';

/** Thousandths of a pixel's grey level that come from red, green and blue. */
const GREY = [299, 587, 114, 0, 0, 0, 0, 0];
/** A cell's first pixel (or row) and the first past it: two numbers of 32 bits. */
const BOUND = 8;

/**
 * `cells`: thousand times the sum of the grey levels of every cell of a window, to 32 bits each. The window's pixels
 * are packed in rows of `stride` bytes; the table of bounds has the `across` cells of a row, then the `down` rows.
 * `line` is room for two bytes for every byte of a row. Cells are at most 128 rows high and hold at most 8000 pixels.
 */
export const cellsKernel = routine(
  'cells',
  { source: 'i32', stride: 'i32', length: 'i32', bounds: 'i32', across: 'i32', down: 'i32', line: 'i32', sums: 'i32' },
  {
    v: 'i32',
    u: 'i32',
    row: 'i32',
    end: 'i32',
    at: 'i32',
    to: 'i32',
    low: 'v128',
    high: 'v128',
    bytes: 'v128',
    weights: 'v128',
  },
  ($) => {
    const upper = i32.add(get($.bounds), i32.mul(i32.add(get($.across), get($.v)), i32.const(BOUND)));
    const rowAt = (row: ReturnType<typeof get>) => i32.add(get($.source), i32.mul(row, get($.stride)));
    const zero = i16x8.splat(i32.const(0));
    /** The sums of sixteen columns of bytes over the rows of a cell. */
    const addRows = [
      set($.low, zero),
      set($.high, zero),
      set($.at, i32.add(get($.row), get($.to))),
      repeat(
        [
          set($.bytes, v128.load(get($.at), 0, 'picture')),
          set($.low, i16x8.add(get($.low), i16x8.extend_low_i8x16_u(get($.bytes)))),
          set($.high, i16x8.add(get($.high), i16x8.extend_high_i8x16_u(get($.bytes)))),
          set($.at, i32.add(get($.at), get($.stride))),
        ],
        i32.lt_u(get($.at), get($.end)),
      ),
      set($.at, i32.add(get($.line), i32.shl(get($.to), i32.const(1)))),
      v128.store(get($.at), get($.low)),
      v128.store(get($.at), get($.high), 16),
      set($.to, i32.add(get($.to), i32.const(16))),
    ];
    const column = i32.add(get($.bounds), i32.mul(get($.u), i32.const(BOUND)));
    const linePixel = (pixel: ReturnType<typeof get>) => i32.add(get($.line), i32.mul(pixel, i32.const(6)));
    const addColumns = [
      set($.at, linePixel(i32.load(column))),
      set($.to, linePixel(i32.load(column, 4))),
      set($.low, zero),
      repeat(
        [
          set($.low, i32x4.add(get($.low), i32x4.dot_i16x8_s(v128.load64_zero(get($.at)), get($.weights)))),
          set($.at, i32.add(get($.at), i32.const(6))),
        ],
        i32.lt_u(get($.at), get($.to)),
      ),
      i32.store(get($.sums), i32.add(i32x4.extract_lane(0, get($.low)), i32x4.extract_lane(1, get($.low)))),
      set($.sums, i32.add(get($.sums), i32.const(4))),
      set($.u, i32.add(get($.u), i32.const(1))),
    ];
    const cellRow = [
      set($.row, rowAt(i32.load(upper))),
      set($.to, i32.const(0)),
      repeat(
        [set($.end, i32.add(rowAt(i32.load(upper, 4)), get($.to))), ...addRows],
        i32.lt_u(get($.to), get($.length)),
      ),
      set($.u, i32.const(0)),
      repeat(addColumns, i32.lt_u(get($.u), get($.across))),
      set($.v, i32.add(get($.v), i32.const(1))),
    ];
    return [set($.weights, i16x8.constant(GREY)), repeat(cellRow, i32.lt_u(get($.v), get($.down)))];
  },
);
