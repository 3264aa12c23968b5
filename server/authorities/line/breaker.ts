import { CircuitState, CountBreaker, circuitBreaker, handleWhenResult, isBrokenCircuitError } from 'cockatiel';
import { z } from 'zod';

/** When an authority that keeps failing is left alone for a while. */
export const breakerOptions = z
  .strictObject({
    /** The latest calls that are looked at. */
    calls: z.number().int().min(2).max(1000).default(10),
    /** Opens when more than this share of them failed. */
    share: z.number().gt(0).lt(1).default(0.5),
    /** Never on fewer calls than these. */
    least: z.number().int().min(1).max(1000).default(5),
    /** Then nobody is asked for so long, milliseconds; after it, one call tries. */
    openMs: z.number().int().min(10).max(600_000).default(10_000),
  })
  .refine(({ calls, least }) => least <= calls, { path: ['least'], error: 'least is larger than calls' })
  .prefault({});
export type BreakerOptions = z.output<typeof breakerOptions>;

/** How one call ended, for the count: `neither` says nothing about the authority (the asker gave up). */
export type Verdict = 'success' | 'failure' | 'neither';

export type Breaker = {
  /** Runs `work`, or says `open` without running it. What `work` throws is thrown on and counts as nothing. */
  run<T>(work: () => Promise<T>, judge: (result: T) => Verdict): Promise<{ readonly result: T } | 'open'>;
};

/** Carries a result past the policy, which would count whatever is returned. */
class Uncounted<T> extends Error {
  readonly result: T;
  constructor(result: T) {
    super('uncounted');
    this.result = result;
  }
}

export function createBreaker({ calls, share, least, openMs }: BreakerOptions): Breaker {
  const failed = handleWhenResult((outcome) => (outcome as { readonly verdict?: Verdict }).verdict !== 'success');
  const breaker = new CountBreaker({ threshold: share, size: calls, minimumNumberOfCalls: least });
  const policy = circuitBreaker(failed, { halfOpenAfter: openMs, breaker });
  return {
    async run(work, judge) {
      // One call tries whether the authority is back. The others are told at once, rather than held up behind it.
      if (policy.state === CircuitState.HalfOpen) return 'open';
      try {
        const { result } = await policy.execute(async () => {
          const result = await work();
          const verdict = judge(result);
          // A trial that was given up has proved nothing: it counts as failed, and the line stays open.
          if (verdict === 'neither' && policy.state !== CircuitState.HalfOpen) throw new Uncounted(result);
          return { result, verdict };
        });
        return { result };
      } catch (error) {
        if (isBrokenCircuitError(error)) return 'open';
        if (error instanceof Uncounted) return { result: error.result };
        throw error;
      }
    },
  };
}
