/** The instructions that the kernels use, named as in WebAssembly's text format. */
import { type Code, type Local, MEMORIES, signed, unsigned } from './encode.ts';

const SIMD = 0xfd;
const EMPTY = 0x40;

/** Operands first, then the instruction: as the stack wants it. */
const operation =
  (...opcode: readonly number[]) =>
  (...operands: readonly Code[]): Code => [...operands.flat(), ...opcode];
const simd = (opcode: number) => operation(SIMD, ...unsigned(opcode));
export type Memory = (typeof MEMORIES)[number];
/** Alignment is a hint only: every access here says that it has none. The first memory is the one reached fastest. */
const place = (offset: number, memory: Memory = 'own') => {
  const index = MEMORIES.indexOf(memory);
  return [...(index === 0 ? [0] : [0x40, index]), ...unsigned(offset)];
};

/** The bytes of 32-bit words. */
const words = (lanes: readonly number[]) => lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));

export const get = ({ index }: Local): Code => [0x20, ...unsigned(index)];
export const set = ({ index }: Local, value: Code): Code => [...value, 0x21, ...unsigned(index)];

/** Does `body`, and again as long as `condition` is not zero. */
export const repeat = (body: readonly Code[], condition: Code): Code => [
  ...[0x03, EMPTY],
  ...body.flat(),
  ...condition,
  ...[0x0d, 0],
  0x0b,
];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: (address: Code, offset = 0): Code => [...address, 0x28, ...place(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x36, ...place(offset)],
  lt_u: operation(0x49),
  add: operation(0x6a),
  sub: operation(0x6b),
  mul: operation(0x6c),
  shl: operation(0x74),
} as const;

export const f32 = {
  const: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  demote_f64: operation(0xb6),
} as const;

export const f64 = {
  add: operation(0xa0),
  mul: operation(0xa2),
  convert_i32_u: operation(0xb8),
} as const;

export const v128 = {
  load: (address: Code, offset = 0, memory: Memory = 'own'): Code => [...address, SIMD, 0x00, ...place(offset, memory)],
  load64_zero: (address: Code, memory: Memory = 'own'): Code => [...address, SIMD, 0x5d, ...place(0, memory)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, SIMD, 0x0b, ...place(offset)],
  const_f32x4: (numbers: readonly number[]): Code => [SIMD, 0x0c, ...new Uint8Array(Float32Array.from(numbers).buffer)],
  and: simd(0x4e),
  or: simd(0x50),
} as const;

export const i8x16 = {
  /** Byte k of the result is byte `lanes[k]` of the two operands laid end to end. */
  shuffle: (lanes: readonly number[], one: Code, other: Code): Code => [...one, ...other, SIMD, 0x0d, ...lanes],
  /** Byte k of the result is byte `places[k]` of the vector, or nothing where that is 128. */
  relaxed_swizzle: simd(0x100),
  constant: (bytes: readonly number[]): Code => [SIMD, 0x0c, ...bytes],
} as const;

export const i16x8 = {
  splat: simd(0x10),
  constant: (numbers: readonly number[]): Code => [SIMD, 0x0c, ...new Uint8Array(Int16Array.from(numbers).buffer)],
  extend_low_i8x16_u: simd(0x89),
  extend_high_i8x16_u: simd(0x8a),
  add: simd(0x8e),
} as const;

export const i32x4 = {
  splat: simd(0x11),
  extract_lane: (lane: number, vector: Code): Code => [...vector, SIMD, 0x1b, lane],
  shl: simd(0xab),
  shr_u: simd(0xad),
  add: simd(0xae),
  sub: simd(0xb1),
  mul: simd(0xb5),
  min_s: simd(0xb6),
  dot_i16x8_s: simd(0xba),
  /** Only for what fits into 31 bits: all machines agree there. */
  relaxed_trunc_f32x4_s: simd(0x101),
  everywhere: (lane: number, vector: Local): Code =>
    i8x16.shuffle(words([lane, lane, lane, lane]), get(vector), get(vector)),
  unpack_low: (one: Code, other: Code): Code => i8x16.shuffle(words([0, 4, 1, 5]), one, other),
  unpack_high: (one: Code, other: Code): Code => i8x16.shuffle(words([2, 6, 3, 7]), one, other),
} as const;

export const f32x4 = {
  splat: simd(0x13),
  ge: simd(0x46),
  le: simd(0x45),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  pmin: simd(0xea),
  pmax: simd(0xeb),
  convert_i32x4_s: simd(0xfa),
} as const;
