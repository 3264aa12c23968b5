/** So many in a while, and no more: a bucket that fills again evenly. */
export type Quota = {
  /** @returns false when there is none left. */
  has(): boolean;
  spend(): void;
};

/** @param most at once. @param refillMs for one more, milliseconds. @param now milliseconds. */
export function createQuota(most: number, refillMs: number, now: () => number): Quota {
  let left = most;
  let at = now();
  const refill = () => {
    const passed = Math.max(0, now() - at);
    left = Math.min(most, left + passed / refillMs);
    at = now();
  };
  return {
    has: () => {
      refill();
      return left >= 1;
    },
    spend: () => {
      refill();
      left = Math.max(0, left - 1);
    },
  };
}
