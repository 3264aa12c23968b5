import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { repeat } from './repeat.ts';

describe('what is repeated', () => {
  it('is never done twice at a time, goes on after a fault, and reports it', async () => {
    const faults: unknown[] = [];
    let [turns, at, most] = [0, 0, 0];
    const stop = repeat(
      async () => {
        at++;
        most = Math.max(most, at);
        await sleep(5);
        at--;
        if (turns++ === 0) throw new Error('first');
      },
      1,
      (fault) => faults.push(fault),
    );
    await expect.poll(() => turns).toBeGreaterThan(3);
    await stop();
    expect([most, faults.length]).toEqual([1, 1]);
  });
  it('is over when it was stopped: the turn under way is waited for, and none follows', async () => {
    let [begun, ended] = [0, 0];
    const gate = Promise.withResolvers<void>();
    const stop = repeat(
      async () => {
        begun++;
        await gate.promise;
        ended++;
      },
      1,
      () => undefined,
    );
    await expect.poll(() => begun).toBe(1);
    const stopped = stop();
    setTimeout(gate.resolve, 20);
    await stopped;
    expect([begun, ended]).toEqual([1, 1]);
    await sleep(30);
    expect(begun).toBe(1);
  });
});
