/** Room for one value between a fast producer and a slow consumer: the newest wins. */
export type Slot<T> = {
  /** Never waits. A value that nobody took yet is replaced and counted as dropped. */
  put(value: T): void;
  /**
   * The value that lies here, or the next one that is put; takers are served in their order.
   * Rejects with the signal's reason when it aborts; a value is never lost to a taker that gave up.
   */
  take(signal: AbortSignal): Promise<T>;
  /** Values replaced before anybody took them. */
  readonly dropped: number;
};

export function createSlot<T>(): Slot<T> {
  let held: { readonly value: T } | undefined;
  let dropped = 0;
  const takers = new Set<(value: T) => void>();

  return {
    get dropped() {
      return dropped;
    },
    put(value) {
      const [first] = takers;
      if (first) {
        takers.delete(first);
        first(value);
        return;
      }
      if (held) dropped++;
      held = { value };
    },
    async take(signal) {
      signal.throwIfAborted();
      if (held) {
        const { value } = held;
        held = undefined;
        return value;
      }
      return new Promise<T>((resolve, reject) => {
        const giveUp = () => {
          takers.delete(taker);
          reject(signal.reason);
        };
        const taker = (value: T) => {
          signal.removeEventListener('abort', giveUp);
          resolve(value);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        takers.add(taker);
      });
    },
  };
}
