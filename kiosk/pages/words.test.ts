import { describe, expect, it } from 'vitest';
import { REASONS } from '../../server/contract/reasons.ts';
import { reasonText, WORDS } from './words.ts';

/** Every sentence, with what a function makes of an example. */
function sentences(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'function') return [[path, String((value as (a: string, b: string) => string)('7', '9'))]];
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => sentences(inner, path ? `${path}.${key}` : key));
}

describe.each(['zh-CN', 'en'] as const)('the words in %s', (language) => {
  const words = WORDS[language];
  it.each(REASONS)('have a sentence for the reason %s', (reason) => {
    expect(reasonText(words, reason).length).toBeGreaterThan(3);
    expect(reasonText(words, reason)).not.toBe(reason);
  });
  it('show a reason that is not known yet by its code', () =>
    expect(reasonText(words, 'new-reason')).toBe('new-reason'));
  it('leave nothing empty', () => {
    for (const [path, text] of sentences(words)) expect(text.trim(), path).not.toBe('');
  });
});

it('Chinese and English say the same things', () => {
  const paths = (words: unknown) =>
    sentences(words)
      .map(([path]) => path)
      .sort();
  expect(paths(WORDS.en)).toEqual(paths(WORDS['zh-CN']));
});
