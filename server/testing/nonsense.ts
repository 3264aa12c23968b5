import fc from 'fast-check';

/** As much of JSON Schema as the interface's document uses. */
type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
};
export type Schemas = Readonly<Record<string, Schema>>;

/** Values that look right in one place and are hostile in another. */
const HOSTILE: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1e308,
  true,
  [],
  {},
  '__proto__',
  '\u0000',
  '𠮷\ud800',
  'x'.repeat(5000),
  "'; drop table verifications; --",
  '../../etc/passwd',
  '{{7*7}}',
  { toString: 'x' },
  [[[[[]]]]],
  Number.MAX_SAFE_INTEGER + 2,
  '11010519491231002X',
  '2026-02-30T25:61:00Z',
];
/** What passes the checks that no schema tells. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  idNumber: ['11010519491231002X', '440524188001010014', '110105199001010010'],
  name: ['张伟', '买买提·艾力', 'Anna O’Neill'],
  purpose: ['purchase'],
  channel: ['kiosk'],
  relation: ['1', '02'],
  till: ['T-1'],
  sale: ['S-1'],
};
const hostile = fc.constantFrom(...HOSTILE);

/** JSON that keeps to a schema of the document, or nearly: `spoil` of a hundred places hold something else. */
export function nearly(schema: Schema, schemas: Schemas, spoil = 6): fc.Arbitrary<unknown> {
  const right = honest(schema, schemas, spoil);
  return fc.oneof({ weight: 100 - spoil, arbitrary: right }, { weight: spoil, arbitrary: hostile });
}

function honest(schema: Schema, schemas: Schemas, spoil: number): fc.Arbitrary<unknown> {
  if (schema.$ref) return honest(schemas[schema.$ref.split('/').at(-1)!] ?? {}, schemas, spoil);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return fc.oneof(...choices.map((choice) => honest(choice, schemas, spoil)));
  switch (schema.type) {
    case 'object':
      return record(schema, schemas, spoil);
    case 'array':
      return fc.array(nearly(schema.items ?? {}, schemas, spoil), { maxLength: 4 });
    case 'string':
      return fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('11010519491231002X', '张小敏', '1', 'a-b', 'S-1'));
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: schema.minimum ?? -5, max: schema.maximum ?? 5000 }), fc.double());
    case 'boolean':
      return fc.boolean();
    default:
      return fc.jsonValue();
  }
}

/** Now and then a field is missing, or there is one too many. */
function record({ properties = {}, required = [] }: Schema, schemas: Schemas, spoil: number): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const samples = SAMPLES[name];
    const honestly = nearly(schema, schemas, spoil);
    const value = samples ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...samples) }, honestly) : honestly;
    const freq = required.includes(name) ? 20 : 2;
    return [name, fc.option(value, { nil: undefined, freq })] as const;
  });
  const stray = fc.dictionary(fc.constantFrom('extra', '__proto__', 'constructor'), hostile);
  const extra = fc.oneof({ weight: 12, arbitrary: fc.constant({}) }, stray);
  return fc.tuple(fc.record(Object.fromEntries(fields)), extra).map(([body, more]) => ({ ...body, ...more }));
}

type Path = readonly (string | number)[];

/** Gives a JSON value back with one place of it, however deep, gone or holding something hostile. */
export const spoiling: fc.Arbitrary<(value: unknown) => unknown> = fc
  .tuple(fc.nat(), fc.oneof({ weight: 5, arbitrary: hostile }, fc.constant(undefined)))
  .map(([nth, instead]) => (value) => {
    const paths = pathsOf(value);
    return replaced(value, paths[nth % paths.length]!, instead);
  });

/** Of a long list only the first two places: the others are like them. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()].slice(0, 2) : Object.entries(value);
  return [...(path.length > 0 ? [path] : []), ...entries.flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, instead: unknown): unknown {
  if (key === undefined) return instead;
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...value] as never)
    : { ...(value as object) };
  copy[key] = replaced(copy[key], rest, instead);
  return copy;
}
