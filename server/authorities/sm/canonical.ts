const UNSIGNED: readonly string[] = ['signData', 'encData', 'extra'];

/**
 * The text that the envelope's signature covers: without signData, encData, extra and empty values; keys sorted, nested
 * ones too, and nested values as compact JSON; `k=v&…&key=appSecret`. The plain payload stands in it as `data`, so that
 * the signature covers what encData hides.
 *
 * ASSUMED, where public implementations differ: keys are sorted by UTF-16 code unit, empty (null, "", []) values are left out on
 * every level, and numbers are written as JSON writes them.
 */
export function textToSign(message: Readonly<Record<string, unknown>>, appSecret: string): string {
  const pairs = Object.keys(message)
    .filter((key) => !UNSIGNED.includes(key) && !isEmpty(message[key]))
    .sort()
    .map((key) => `${key}=${plain(message[key])}`);
  return [...pairs, `key=${appSecret}`].join('&');
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}

/** Compact JSON with sorted keys; a whole message must not nest deeper than the parser allows. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const record = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(record)
    .filter((key) => !isEmpty(record[key]))
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  return `{${members.join(',')}}`;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
