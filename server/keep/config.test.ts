import { expect, it } from 'vitest';
import { msOfDays } from './config.ts';

it('a part of a day is a whole number of milliseconds, whatever floating point makes of it', () => {
  expect(0.7 * 86_400_000).not.toBe(60_480_000);
  expect(msOfDays(0.7)).toBe(60_480_000);
});
