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
export function createRate(limits: RateLimits, now: () => number): Rate {
  const windows = [
    { lengthMs: 1000, limit: limits.perSecond ?? Infinity },
    { lengthMs: 60_000, limit: limits.perMinute ?? Infinity },
  ].filter(({ limit }) => limit !== Infinity);
  const longest = Math.max(0, ...windows.map(({ lengthMs }) => lengthMs));
  let taken: number[] = [];
  return {
    take() {
      if (windows.length === 0) return true;
      const at = now();
      // A clock that was set back must not lock the line until it catches up: such entries are as old as they can be.
      taken = taken.filter((time) => time <= at && at - time < longest);
      const free = windows.every(({ lengthMs, limit }) => taken.filter((time) => at - time < lengthMs).length < limit);
      if (free) taken.push(at);
      return free;
    },
  };
}
