import { expect, it } from 'vitest';
import { stagesOf } from './stages.ts';

const states = (step?: Parameters<typeof stagesOf>[0]) =>
  stagesOf(step)
    .map(({ state }) => state.charAt(0))
    .join('');

it('the four stages follow what the person does, and never go back between the motions', () => {
  expect(states()).toBe('nlll');
  expect(states({ step: 'asked' })).toBe('nlll');
  expect(states({ step: 'consent' })).toBe('dnll');
  expect(states({ step: 'look', done: 0, of: 2 })).toBe('dnll');
  expect(states({ step: 'turn-left', done: 0, of: 2 })).toBe('ddnl');
  expect(states({ step: 'between', done: 1, of: 2 })).toBe('ddnl');
  expect(states({ step: 'look', done: 2, of: 2 })).toBe('ddnl');
  expect(states({ step: 'matching', answered: ['bank'] })).toBe('dddn');
});
