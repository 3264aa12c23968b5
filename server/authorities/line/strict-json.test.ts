import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, parseStrict } from './strict-json.ts';

describe('strict JSON', () => {
  it('reads what JSON.parse reads, when no key stands twice', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseStrict(text)).toEqual({ json: JSON.parse(text) });
      }),
    );
  });

  it('finds a key that stands twice in one object, however deep and however written', () => {
    const letters = (key: string) =>
      [...key].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
        fc.nat(10),
        fc.boolean(),
        (key, depth, hidden) => {
          const first = JSON.stringify(key);
          const second = hidden ? `"${letters(key)}"` : first;
          const inner = `{${first}: 1, "other": {}, ${second} :2}`;
          const text = '[{"a":'.repeat(depth) + inner + '}]'.repeat(depth);
          expect(parseStrict(text)).toEqual({ fault: 'duplicate-keys' });
        },
      ),
    );
  });

  it('lets the same key stand in different objects, and as a value', () => {
    const text = '{"a":{"a":["a","a",{"a":"a:"}]},"b":"\\"a\\":"}';
    expect(parseStrict(text)).toEqual({ json: JSON.parse(text) });
  });

  it('goes as deep as is allowed, and no deeper', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseStrict(nested(MAX_DEPTH))).toHaveProperty('json');
    expect(parseStrict(nested(MAX_DEPTH + 1))).toEqual({ fault: 'too-deep' });
    expect(parseStrict(nested(500_000))).toEqual({ fault: 'too-deep' });
  });

  it('is not irritated by text that is cut anywhere', () => {
    const text = JSON.stringify({ a: ['"', { 'b\\': '\\"' }], c: null });
    for (let end = 0; end < text.length; end++) expect(parseStrict(text.slice(0, end))).toEqual({ fault: 'malformed' });
  });

  it('takes __proto__ for a key like any other', () => {
    expect(parseStrict('{"__proto__":1,"__proto__":2}')).toEqual({ fault: 'duplicate-keys' });
  });
});
