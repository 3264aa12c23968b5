import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ZHANG } from '../../server/testing/backend.ts';
import { type Answer, createTill, type News, type Store, type Till, type View } from '../../till/till.ts';

/** What a till learned of a sale. */
export type Learned = {
  readonly sale: string;
  /** Nothing in time. */
  readonly view: View | undefined;
  /** Every outcome that it was ever told of: its round, the outcome, the reason. */
  readonly told: readonly string[];
  /** The longest single call, milliseconds. */
  readonly longestMs: number;
  /** Codes on the way. */
  readonly codes: readonly string[];
};

/** Of those that may be tried once more. */
const RETRIED = 0.5;
/** Of all calls: the till is switched off in the middle. */
const SWITCHED_OFF = 0.1;
/** Of the tills that were switched off: the disk with the keys is gone. */
const DISK_LOST = 0.2;
/** Nobody is back with another disk while the last request is still on its way to the kiosk. */
const NEW_DISK_MS = 5000;

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
    let [longestMs, round] = [0, 1];
    const tell = (outcome: string, reason = '') => told.add(`${round} ${outcome} ${reason}`);
    const onNews = (news: News) => {
      if (news.event === 'retry') round = news.data.round;
      if (news.event === 'outcome') tell(news.data.outcome, news.data.reason);
    };
    const call = async (ask: (till: Till, how: object) => Promise<Answer<View>>): Promise<Answer<View>> => {
      const off = Math.random() < SWITCHED_OFF ? AbortSignal.timeout(randomInt(500)) : undefined;
      const began = performance.now();
      const answer = await ask(start(), { limitMs: 20_000, ...(off && { signal: off }), onNews });
      longestMs = Math.max(longestMs, performance.now() - began);
      if (answer.ok) {
        round = answer.value.round;
        tell(answer.value.outcome!, answer.value.reason);
      } else codes.push(answer.problem.code);
      if (off?.aborted && Math.random() < DISK_LOST && disk.delete(sale)) await sleep(NEW_DISK_MS);
      return answer;
    };
    while (performance.now() < late) {
      const answer = await call((till, how) => till.verify({ sale, cardholder: { idNumber: ZHANG } }, how));
      if (!answer.ok) {
        await sleep(50);
        continue;
      }
      const view = answer.value;
      const again = view.next?.includes('retry') && Math.random() < RETRIED;
      const last = again ? await call((till, how) => till.retry(view, how)) : answer;
      if (last.ok) return { sale, view: last.value, told: [...told], longestMs, codes };
    }
    return { sale, view: undefined, told: [...told], longestMs, codes };
  };
}
