import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const here = import.meta.dirname;
const documents = readFileSync(join(here, '../../docs/errors.md'), 'utf8');
const sources = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('sandbox'))
  .map((path) => readFileSync(join(here, path), 'utf8'));
const found = (pattern: RegExp) => [
  ...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]))),
];

/** By itself, or behind the name of an authority. */
const isDocumented = (code: string) =>
  ['', 'bank-', 'police-', 'insurer-'].some((name) => documents.includes(`\`${name}${code}\``));

describe('docs/errors.md', () => {
  it.each([
    ['code of an answer', found(/code: '(?:bank|police|insurer)-([a-z-]+)'/g)],
    ['fault of a line', found(/fault: '([a-z-]+)'/g)],
    ['fault of the network', found(/^ {2}[A-Z_]+: '([a-z-]+)'/gm)],
    ['fault of a lookup', found(/unavailable\('([a-z-]+)'\)/g)],
  ])('documents every %s', (_title, codes) => {
    expect(codes.length).toBeGreaterThan(2);
    expect(codes.filter((code) => !isDocumented(code))).toEqual([]);
  });
});
