/** A small assembler for WebAssembly: operations are functions that nest as the text format does. */

/** Bytes of instructions. */
export type Code = readonly number[];
/** A local variable or parameter of a function. */
export type Local = { readonly index: number };
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128';
type Variables = Readonly<Record<string, ValueType>>;

export type Routine = {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly locals: readonly ValueType[];
  readonly body: Code;
};

/** The memories of a module: a picture, and its own. */
export const MEMORIES = ['picture', 'own'] as const;

const TYPES: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const FUNCTION = 0x60;
const END = 0x0b;
const SECTION = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 } as const;

/** A function without result; `write` gets its parameters and locals by their names. */
export function routine<P extends Variables, L extends Variables>(
  name: string,
  parameters: P,
  locals: L,
  write: (variables: Readonly<Record<keyof P | keyof L, Local>>) => readonly Code[],
): Routine {
  const names = [...Object.keys(parameters), ...Object.keys(locals)];
  const variables = Object.fromEntries(names.map((each, index) => [each, { index }]));
  return {
    name,
    parameters: Object.values(parameters),
    locals: Object.values(locals),
    body: write(variables as Record<keyof P | keyof L, Local>).flat(),
  };
}

/** The bytes of a module that imports the memories from `env` and exports the routines. */
export function assemble(routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      SECTION.types,
      routines.map(({ parameters }) => [FUNCTION, ...vector(parameters.map(typeOf)), 0]),
    ),
    ...section(
      SECTION.imports,
      MEMORIES.map((name) => [...text('env'), ...text(name), 0x02, 0x00, 1]),
    ),
    ...section(
      SECTION.functions,
      routines.map((_, index) => unsigned(index)),
    ),
    ...section(
      SECTION.exports,
      routines.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]),
    ),
    ...section(SECTION.code, routines.map(bodyOf)),
  ]);
}

const typeOf = (type: ValueType): Code => [TYPES[type]];

function bodyOf({ locals, body }: Routine): Code {
  const code = [...vector(locals.map((type) => [1, TYPES[type]])), ...body, END];
  return [...unsigned(code.length), ...code];
}

function section(id: number, items: readonly Code[]): Code {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): Code {
  return vector([...new TextEncoder().encode(name)].map((byte) => [byte]));
}

/** LEB128: seven bits a byte, the lowest first. */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128. */
export function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
