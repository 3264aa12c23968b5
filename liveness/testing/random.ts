/** Uniform in [0, 1), with a normal companion. */
export type Random = (() => number) & { readonly normal: () => number };

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return Object.assign(uniform, { normal });
}

export function unitVector(random: Random, size: number): readonly number[] {
  const values = Array.from({ length: size }, () => random.normal());
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
