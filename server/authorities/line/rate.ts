/** How often an authority may be asked. Without a figure there is no limit. */
export type RateLimits = { readonly perSecond?: number; readonly perMinute?: number };

export type Rate = {
  /** Takes a place for one request. @returns false when there is none now; then nothing was taken. */
  take(): boolean;
};

/**
 * Counts requests in windows that slide: no second and no minute, wherever it begins, holds more than its limit. The
 * count is this process's own: with several processes, each gets its share of what the contract allows.
 */
export function createRate({ perSecond, perMinute }: RateLimits, now: () => number): Rate {
  const windows = [
    { lengthMs: 1000, limit: perSecond },
    { lengthMs: 60_000, limit: perMinute },
  ];
  /** Times of requests, oldest first. */
  const taken: number[] = [];
  return {
    take() {
      if (perSecond === undefined && perMinute === undefined) return true;
      const at = now();
      // A clock that was set back must not close the line until it has caught up.
      while (taken.length > 0 && taken[taken.length - 1] > at) taken.pop();
      while (taken.length > 0 && at - taken[0] >= 60_000) taken.shift();
      const free = windows.every(({ lengthMs, limit }) => {
        const nth = limit === undefined ? undefined : taken[taken.length - limit];
        return nth === undefined || at - nth >= lengthMs;
      });
      if (free) taken.push(at);
      return free;
    },
  };
}
