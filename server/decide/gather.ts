/** Puts off what may come in one, for a moment. */
export type Gathering<T> = {
  add(news: T): void;
  /** No more: what was not written yet is left to whoever stops it. Resolves when nothing is being written any more. */
  stop(): Promise<void>;
};

/** @param write what came in `forMs` after the first of it. One that fails is left to whatever is written next. */
export function gather<T>(write: (all: readonly T[]) => Promise<void>, forMs: number): Gathering<T> {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const flush = () => {
    timer = undefined;
    const all = waiting;
    waiting = [];
    writing = writing.then(() => write(all)).catch(() => undefined);
  };
  return {
    add: (news) => {
      waiting.push(news);
      timer ??= setTimeout(flush, forMs);
    },
    stop: async () => {
      clearTimeout(timer);
      await writing;
    },
  };
}
