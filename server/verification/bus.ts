import type { Heard, Notices } from '../db/engine.ts';

/**
 * Tells the streams that a verification changed: those of this process at once, those of others through the database.
 * It carries no content: that is read from the store. Word can be lost; whoever watches also looks now and then.
 */
export type Bus = {
  announce(id: string): void;
  watch(id: string): Watch;
  /** To be called before the store is closed. */
  close(): Promise<void>;
};

export type Watch = {
  /** Resolves at the next change, or at once for one that nobody waited for; at the latest after `limitMs`. */
  next(limitMs: number): Promise<'changed' | 'silent'>;
  close(): void;
};

/** After a gap so many are woken at once, and the next after so many milliseconds. */
const AT_ONCE = 100;
const PAUSE_MS = 25;

/** @param openNotices the way to other processes; without it, there are none. */
export function createBus(openNotices: (heard: Heard) => Notices = alone): Bus {
  const watchers = new Map<string, Set<() => void>>();
  const wakeWatchersOf = (id: string) => {
    for (const wake of watchers.get(id) ?? []) wake();
  };
  const notices = openNotices((id) => {
    if (id !== undefined) return wakeWatchersOf(id);
    // Thousands who all read at once would take every connection for themselves.
    for (const [i, each] of [...watchers.keys()].entries())
      setTimeout(wakeWatchersOf, Math.floor(i / AT_ONCE) * PAUSE_MS, each).unref();
  });
  return {
    announce: (id) => {
      wakeWatchersOf(id);
      notices.tell(id);
    },
    watch: (id) => {
      const same = watchers.get(id) ?? new Set();
      const { watch, wake } = createWatch(() => {
        same.delete(wake);
        if (same.size === 0) watchers.delete(id);
      });
      watchers.set(id, same.add(wake));
      return watch;
    },
    close: () => notices.close(),
  };
}

const alone = (): Notices => ({ tell: () => undefined, close: async () => undefined });

function createWatch(left: () => void): { readonly watch: Watch; readonly wake: () => void } {
  let missed = false;
  let waiting: (() => void) | undefined;
  const wake = () => {
    missed = true;
    waiting?.();
  };
  const next: Watch['next'] = (limitMs) =>
    new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        waiting = undefined;
        resolve(missed ? 'changed' : 'silent');
        missed = false;
      };
      const timer = setTimeout(finish, limitMs);
      waiting = finish;
      if (missed) finish();
    });
  const close = () => {
    waiting?.();
    left();
  };
  return { watch: { next, close }, wake };
}
