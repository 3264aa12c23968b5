import { describe, expect, it } from 'vitest';
import { REASONS } from '../../../../server/contract/reasons.ts';
import { placeAtScreen, WORDS } from './index.ts';

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
    const { screen, hints, hintsAgain, challenges, challengesGently, challengesAgain, outcomes } = WORDS['zh-CN'];
    const headlines = [
      ...[screen.idle, screen.consent, screen.look, screen.lookAgain, screen.between, screen.last, screen.matching],
      ...[screen.lookStill, screen.lookStillAgain],
      ...Object.values({ ...hints, ...challenges }),
      ...Object.values(challengesGently),
      ...Object.values(hintsAgain),
      ...Object.values(challengesAgain),
      ...Object.values(outcomes),
    ];
    for (const headline of headlines) expect([...headline.replaceAll('\u200b', '')].length).toBeLessThanOrEqual(22);
    // The narrowest column beside the oval takes eight characters: a longer run would break in the middle of a word.
    for (const headline of headlines)
      for (const run of headline.split(/(?<=[，、：…？])|\u200b/))
        expect([...run].length, headline).toBeLessThanOrEqual(9);
  });

  it('tell nobody in the room what bank, police or insurer know of a person', () => {
    const refusals = REASONS.filter(
      (reason) => /^(police|insurer|bank|guardian)-/.test(reason) && !/unavailable|face/.test(reason),
    );
    expect(refusals.length).toBeGreaterThan(9);
    for (const reason of refusals) expect(placeAtScreen(reason), reason).toBe('screen.askCashier');
    expect(placeAtScreen('police-unavailable')).toBeUndefined();
    for (const { reasonsAtScreen } of Object.values(WORDS))
      expect(reasonsAtScreen['police-face-mismatch']).not.toMatch(/公安|[Pp]olice/);
    expect(placeAtScreen('liveness-face-lost')).toBe('reasonsAtScreen.liveness-face-lost');
  });
});
