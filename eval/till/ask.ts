import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ZHANG } from '../../server/testing/backend.ts';
import { createTill, type Store, type Till, type View } from '../../till/till.ts';

/** What a till learned of a sale. */
export type Learned = {
  readonly sale: string;
  /** Nothing in time. */
  readonly view: View | undefined;
  /** Every outcome that it was ever told of, with its reason. */
  readonly told: readonly string[];
  /** The longest single call, milliseconds. */
  readonly longestMs: number;
  /** Codes on the way. */
  readonly codes: readonly string[];
};

/** A till that now and then is switched off in the middle and on again, with its keys or without. */
export function openTill(url: string, key: string, deadlineMs: number) {
  const disk = new Map<string, string>();
  const store: Store = {
    get: (sale) => disk.get(sale),
    add: (sale, fresh) => disk.get(sale) ?? disk.set(sale, fresh).get(sale)!,
    replace: (sale, fresh) => void disk.set(sale, fresh),
  };
  const start = (): Till =>
    createTill({ url, key, store, requestMs: 2000, callMs: 8000, ...(Math.random() < 0.3 && { events: 'poll' }) });

  return async function learn(): Promise<Learned> {
    const sale = `S-${randomUUID()}`;
    const told = new Set<string>();
    const codes: string[] = [];
    const late = performance.now() + deadlineMs;
    let longestMs = 0;
    while (performance.now() < late) {
      // One in ten tries is switched off after a while; one in five of those loses its disk.
      const off = Math.random() < 0.1 ? AbortSignal.timeout(randomInt(500)) : undefined;
      const began = performance.now();
      const answer = await start().verify(
        { sale, cardholder: { idNumber: ZHANG } },
        {
          limitMs: 20_000,
          ...(off && { signal: off }),
          onNews: (news) => news.event === 'outcome' && told.add(`${news.data.outcome} ${news.data.reason}`),
        },
      );
      longestMs = Math.max(longestMs, performance.now() - began);
      if (answer.ok) {
        told.add(`${answer.value.outcome} ${answer.value.reason}`);
        return { sale, view: answer.value, told: [...told], longestMs, codes };
      }
      codes.push(answer.problem.code);
      if (answer.problem.code === 'aborted' && Math.random() < 0.2) disk.delete(sale);
      await sleep(50);
    }
    return { sale, view: undefined, told: [...told], longestMs, codes };
  };
}
