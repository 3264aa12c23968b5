import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { gather } from './gather.ts';

describe('what is gathered', () => {
  it('in a moment is written at once, and what comes later by itself', async () => {
    const written: (readonly string[])[] = [];
    const gathering = gather<string>(async (all) => void written.push(all), 20);
    gathering.add('bank');
    gathering.add('police');
    await sleep(60);
    gathering.add('insurer');
    await sleep(60);
    expect(written).toEqual([['bank', 'police'], ['insurer']]);
  });
  it('and not written when it is stopped, is left to whoever stopped it', async () => {
    const written: (readonly string[])[] = [];
    const gathering = gather<string>(async (all) => void written.push(all), 20);
    gathering.add('bank');
    await gathering.stop();
    await sleep(40);
    expect(written).toEqual([]);
  });
  it('is never written after its stop has resolved, also when a write takes long or fails', async () => {
    const done: string[] = [];
    const slow = gather<string>(async ([first]) => {
      await sleep(50);
      done.push(first!);
      throw new Error('database');
    }, 0);
    slow.add('bank');
    await sleep(10);
    await slow.stop();
    expect(done).toEqual(['bank']);
  });
});
