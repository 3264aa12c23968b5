import { describe, expect, it } from 'vitest';
import { REASONS } from '../../../../server/contract/reasons.ts';
import { WORDS } from './index.ts';

/** Every sentence with its place. */
function sentences(value: object, before = ''): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'string' ? [[`${before}${key}`, inner] as const] : sentences(inner as object, `${before}${key}.`),
  );
}
const gapsOf = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const chinese = sentences(WORDS['zh-CN']);
const english = new Map(sentences(WORDS.en));

describe('the words of the pages', () => {
  it('say the same in Chinese and English, with the same gaps to fill', () => {
    expect([...english.keys()].sort()).toEqual(chinese.map(([place]) => place).sort());
    for (const [place, sentence] of chinese) expect(gapsOf(english.get(place)!), place).toEqual(gapsOf(sentence));
  });

  it('leave nothing empty, and use no sign that the message format reads as its own', () => {
    for (const [place, sentence] of [...chinese, ...english]) {
      expect(sentence.trim(), place).not.toBe('');
      expect(sentence.replaceAll(/\{\w+\}/g, ''), place).not.toMatch(/[{}@|]/);
    }
  });

  it.each(REASONS)('have a sentence for the reason %s', (reason) => {
    for (const words of Object.values(WORDS)) expect(words.reasons[reason].length).toBeGreaterThan(3);
  });

  it('give Chinese headlines of the kiosk no more than 22 characters', () => {
    const { screen, hints, hintsAgain, challenges, challengesAgain, outcomes } = WORDS['zh-CN'];
    const headlines = [
      ...[screen.idle, screen.consent, screen.look, screen.lookAgain, screen.between, screen.last, screen.matching],
      ...Object.values({ ...hints, ...challenges }),
      ...Object.values(hintsAgain),
      ...Object.values(challengesAgain),
      ...Object.values(outcomes),
    ];
    for (const headline of headlines) expect([...headline].length, headline).toBeLessThanOrEqual(22);
  });
});
