/** Tells the streams of this process that a verification changed. It carries no content: that is read from the store. */
export type Bus = {
  announce(id: string): void;
  watch(id: string): Watch;
};

export type Watch = {
  /** Resolves at the next change, or at once for one that nobody waited for; at the latest after `limitMs`. */
  next(limitMs: number): Promise<'changed' | 'silent'>;
  close(): void;
};

export function createBus(): Bus {
  const watchers = new Map<string, Set<() => void>>();
  return {
    announce: (id) => {
      for (const wake of watchers.get(id) ?? []) wake();
    },
    watch: (id) => {
      let missed = false;
      let waiting: (() => void) | undefined;
      const wake = () => {
        missed = true;
        waiting?.();
      };
      const same = watchers.get(id) ?? new Set();
      watchers.set(id, same.add(wake));
      return {
        next: (limitMs) =>
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
          }),
        close: () => {
          waiting?.();
          same.delete(wake);
          if (same.size === 0) watchers.delete(id);
        },
      };
    },
  };
}
