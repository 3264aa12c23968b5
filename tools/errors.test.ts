import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../server/contract/reasons.ts';

const root = new URL('..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const documented = new Set([...read('docs/errors.md').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]));

/** The codes in a table of refusals, or in a `type XCode = 'a' | 'b'`. */
function codesIn(path: string): string[] {
  const text = read(path);
  const table = [...text.matchAll(/^ {2}'?([a-z-]+)'?: \[\d{3}/gm)].map((match) => match[1]);
  const unions = [...text.matchAll(/type \w+Code =([^;]+);/g)].flatMap((match) =>
    [...match[1].matchAll(/'([a-z-]+)'/g)].map((code) => code[1]),
  );
  return [...table, ...unions];
}

describe('docs/errors.md', () => {
  it('documents every reason of an outcome', () => {
    expect(REASONS.filter((reason) => !documented.has(reason))).toEqual([]);
  });
  it.each([
    'server/refusal.ts',
    'kiosk/problems.ts',
    'kiosk/error.ts',
    'server/error.ts',
    'hardware/contract.ts',
    'models/contract.ts',
    'config/yaml.ts',
    'server/authorities/error.ts',
    'liveness/errors.ts',
  ])('documents every code of %s', (path) => {
    const codes = codesIn(path);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !documented.has(code))).toEqual([]);
  });
});
