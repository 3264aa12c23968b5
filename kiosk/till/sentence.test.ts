import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../server/contract/reasons.ts';
import { languageOf, sentenceOf } from './sentence.ts';

describe('the sentence for the cashier', () => {
  it.each([
    [undefined, 'zh'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['fr, en;q=0.5, zh;q=0.8', 'zh'],
    ['de', 'zh'],
    ['en;q=0', 'zh'],
  ])('for %s is in %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
  it('is in some language, whatever is asked for', () => {
    fc.assert(fc.property(fc.string(), (header) => ['zh', 'en'].includes(languageOf(header))));
  });
  it('says how and why, for every reason', () => {
    for (const language of ['zh', 'en'] as const)
      for (const reason of REASONS) expect(sentenceOf({ outcome: 'rejected', reason }, language)).toMatch(/[:：]\s?\S/);
    expect(sentenceOf({ outcome: 'expired', reason: 'expired' }, 'zh')).not.toMatch(/[a-z]/);
    expect(sentenceOf({ outcome: 'rejected', reason: 'a-later-one' }, 'en')).toBeTruthy();
  });
});
