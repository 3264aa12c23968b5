import { describe, expect, it } from 'vitest';
import type { StageDirection } from '../../hardware/contract.ts';
import { type Directed, misdirect, splice, swap } from './directed.ts';

/** Says its name and what it was told last. */
function named(name: string): Directed<string> {
  let heard: StageDirection = 'idle';
  return {
    direct: (direction) => {
      heard = direction;
    },
    shoot: () => `${name} ${heard}`,
  };
}

describe('a source made of two', () => {
  it('spliced: shows the motions of the one, there and back, and the looks of the other', () => {
    const film = splice(named('a'), named('b'));
    film.direct('look', 0);
    expect(film.shoot(0)).toMatch(/^a/);
    film.direct('turn-left', 1000);
    expect(film.shoot(1000)).toBe('b turn-left');
    film.direct('look', 2000);
    expect(film.shoot(2500)).toBe('b look');
    expect(film.shoot(4000)).toMatch(/^a/);
  });

  it('swapped: shows the second from the end of the first challenge on', () => {
    const film = swap(named('a'), named('b'));
    film.direct('look', 0);
    film.direct('nod-up', 1000);
    expect(film.shoot(1000)).toBe('a nod-up');
    film.direct('look', 2000);
    film.direct('nod-down', 3000);
    expect(film.shoot(3000)).toBe('b nod-down');
  });

  it('misdirected: never does what it was told, but looks straight when it is to', () => {
    const source = misdirect(named('a'));
    for (const direction of ['turn-left', 'turn-right', 'nod-down', 'nod-up'] as const) {
      source.direct(direction, 0);
      expect(source.shoot(0)).not.toContain(direction);
      expect(source.shoot(0)).toMatch(/turn|nod/);
    }
    source.direct('look', 0);
    expect(source.shoot(0)).toBe('a look');
  });
});
