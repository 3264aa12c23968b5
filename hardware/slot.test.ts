import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlot } from './slot.ts';

const never = () => new AbortController().signal;

describe('the one-frame slot', () => {
  it('gives the newest value and counts the ones it replaced', async () => {
    const slot = createSlot<number>();
    for (const value of [1, 2, 3]) slot.put(value);
    expect(await slot.take(never())).toBe(3);
    expect(slot.dropped).toBe(2);
  });

  it('gives a value once', async () => {
    const slot = createSlot<number>();
    slot.put(1);
    await slot.take(never());
    const second = slot.take(never());
    slot.put(2);
    expect(await second).toBe(2);
    expect(slot.dropped).toBe(0);
  });

  it('serves those who wait in their order', async () => {
    const slot = createSlot<string>();
    const waiting = [slot.take(never()), slot.take(never())];
    slot.put('a');
    slot.put('b');
    expect(await Promise.all(waiting)).toEqual(['a', 'b']);
  });

  it('lets a taker go when its signal aborts, and keeps the next value for another', async () => {
    const slot = createSlot<number>();
    const abort = new AbortController();
    const gone = slot.take(abort.signal);
    abort.abort(new Error('closing'));
    await expect(gone).rejects.toThrow('closing');
    slot.put(7);
    expect(await slot.take(never())).toBe(7);
    await expect(slot.take(abort.signal)).rejects.toThrow('closing');
  });

  it('holds an undefined value as well as any other', async () => {
    const slot = createSlot<undefined>();
    slot.put(undefined);
    slot.put(undefined);
    expect(slot.dropped).toBe(1);
    await expect(slot.take(never())).resolves.toBeUndefined();
  });

  it('neither loses nor doubles: every value put is taken, dropped, or still there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('put', 'take', 'give-up')), async (steps) => {
        const slot = createSlot<number>();
        const taken: number[] = [];
        let puts = 0;
        let quitter = new AbortController();
        for (const step of steps) {
          if (step === 'put') slot.put(puts++);
          if (step === 'take')
            void slot.take(quitter.signal).then(
              (value) => taken.push(value),
              () => undefined,
            );
          if (step === 'give-up') {
            quitter.abort();
            quitter = new AbortController();
          }
          await Promise.resolve();
        }
        quitter.abort();
        await new Promise(setImmediate);
        const last = new AbortController();
        const rest = slot.take(last.signal).then(
          (value) => [value],
          () => [],
        );
        last.abort();
        const all = [...taken, ...(await rest)];
        expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
        expect(all.length + slot.dropped).toBe(puts);
      }),
    );
  });
});
