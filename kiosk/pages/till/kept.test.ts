import { expect, it } from 'vitest';
import { openKept } from './kept.ts';

function shelf() {
  const all = new Map<string, string>();
  return {
    all,
    getItem: (name: string) => all.get(name) ?? null,
    setItem: (name: string, value: string) => void all.set(name, value),
    removeItem: (name: string) => void all.delete(name),
  };
}

it('a tab keeps its question, the machine its key and language', () => {
  const [tab, machine] = [shelf(), shelf()];
  const kept = openKept(tab, machine);
  expect([kept.question(), kept.key()]).toEqual([undefined, undefined]);
  kept.keep({ sale: 'S-1', verification: 'v1' });
  kept.keepKey('k');
  kept.keepLanguage('en');
  expect(openKept(tab, machine).question()).toEqual({ sale: 'S-1', verification: 'v1' });
  expect([...machine.all]).toEqual([
    ['till-key', 'k'],
    ['language', 'en'],
  ]);
  kept.forget();
  expect(kept.question()).toBeUndefined();
});

it.each(['', '{', '[]', '7', 'null', '{"sale":7}'])('what is kept and makes no sense is nothing: %s', (text) => {
  const tab = shelf();
  tab.setItem('question', text);
  expect(openKept(tab, shelf()).question()).toBeUndefined();
});
