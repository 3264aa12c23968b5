import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const tokens = new Map([...css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name!, value!]));

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(tokens.get(a)!), luminance(tokens.get(b)!)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

describe('the colours', () => {
  it('are computed as WCAG does', () => {
    tokens.set('black', '#000000').set('grey', '#767676');
    expect(contrast('black', 'ground')).toBeCloseTo(21, 5);
    expect(contrast('grey', 'ground')).toBeCloseTo(4.54, 2);
  });

  it.each([
    ['ink', 'ground'],
    ['ink', 'ground-soft'],
    ['ink', 'accent-pale'],
    ['ink-soft', 'ground'],
    ['ink-soft', 'ground-soft'],
    ['accent', 'ground'],
    ['accent', 'ground-soft'],
    ['accent-deep', 'ground'],
    ['accent-deep', 'accent-pale'],
    ['ground', 'accent'],
    ['ground', 'accent-deep'],
    ['do-ink', 'ground'],
    ['do-ink', 'ground-soft'],
    ['do-ink', 'do-pale'],
    ['stop', 'ground'],
    ['stop', 'stop-pale'],
  ])('of text: %s on %s, at least 7:1', (text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(7);
  });

  it.each([
    ['accent', 'ground'],
    ['edge', 'ground'],
    ['edge', 'ground-soft'],
    ['do', 'ground'],
    ['do', 'ground-soft'],
    ['stop', 'ground'],
    ['ground', 'do'],
    ['ground', 'stop'],
  ])('of signs and borders: %s on %s, at least 3:1', (sign, ground) => {
    expect(contrast(sign, ground)).toBeGreaterThanOrEqual(3);
  });
});
