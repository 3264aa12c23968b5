import { describe, expect, it } from 'vitest';
import type { Heard } from '../db/engine.ts';
import { createBus } from './bus.ts';

/** A way to other processes that a test holds in its hands. */
function wire() {
  const told: string[] = [];
  let heard: Heard = () => undefined;
  const open = (listener: Heard) => {
    heard = listener;
    return { tell: (id: string) => void told.push(id), close: async () => undefined };
  };
  return { open, told, hear: (id: string | undefined) => heard(id) };
}

describe('the bus', () => {
  it('wakes who watches, tells other processes, and remembers what nobody waited for', async () => {
    const { open, told } = wire();
    const bus = createBus(open);
    const [a, b] = [bus.watch('a'), bus.watch('b')];
    const waiting = a.next(5000);
    bus.announce('a');
    expect(await waiting).toBe('changed');
    bus.announce('a');
    expect(await a.next(5000)).toBe('changed');
    expect(await a.next(5)).toBe('silent');
    expect(await b.next(5)).toBe('silent');
    expect(told).toEqual(['a', 'a']);
  });
  it('wakes who watches what changed in another process, and everybody once word was lost', async () => {
    const { open, told, hear } = wire();
    const bus = createBus(open);
    const [a, b] = [bus.watch('a'), bus.watch('b')];
    hear('b');
    expect([await a.next(5), await b.next(5000)]).toEqual(['silent', 'changed']);
    hear(undefined);
    expect([await a.next(5000), await b.next(5000)]).toEqual(['changed', 'changed']);
    expect(told).toEqual([]);
    const many = Array.from({ length: 1000 }, (_, i) => bus.watch(`w${i}`).next(5000));
    hear(undefined);
    expect(new Set(await Promise.all(many))).toEqual(new Set(['changed']));
  });
  it('forgets a watch that was closed, and lets its reader go', async () => {
    const bus = createBus();
    const watch = bus.watch('a');
    const waiting = watch.next(5000);
    watch.close();
    expect(await waiting).toBe('silent');
    bus.announce('a');
    expect(await watch.next(5)).toBe('silent');
  });
});
