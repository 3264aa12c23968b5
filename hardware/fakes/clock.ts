import type { Clock } from '../define.ts';

export type ManualClock = Clock & {
  /** Moves time on, waking sleepers in their order, and lets everything that follows happen. */
  advance(ms: number): Promise<void>;
};

/** A clock that only a test moves. */
export function createManualClock(): ManualClock {
  let time = 0;
  const sleepers = new Set<{ readonly at: number; wake(): void }>();

  return {
    now: () => time,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const leave = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', giveUp);
        };
        const giveUp = () => {
          leave();
          reject(signal!.reason);
        };
        const sleeper = {
          at: time + ms,
          wake: () => {
            leave();
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', giveUp);
      });
    },
    async advance(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const [next] = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        time = Math.max(time, next.at);
        next.wake();
        await settle();
      }
      time = end;
      await settle();
    },
  };
}

/** Lets everything that needs no time happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise(setImmediate);
}
