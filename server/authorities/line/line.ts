import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { exchange, type Fault, type Outgoing } from '../exchange.ts';
import { breakerOptions, createBreaker, type Verdict } from './breaker.ts';
import { httpsPost, type Post } from './https-post.ts';
import { createRate } from './rate.ts';
import { openTls, refuseWithoutTls, tlsOptions } from './tls.ts';

/** What every authority's part of the configuration holds about the way to it. */
export const lineOptions = {
  url: z.url({ protocol: /^https?$/ }),
  /** For one question, all tries together, milliseconds. */
  timeoutMs: z.number().int().min(100).max(60_000).default(4000),
  /** Further tries, where a repetition can do no harm. */
  retries: z.number().int().min(0).max(3).default(1),
  /** Waited before each, with up to as much again by chance, milliseconds. */
  retryWaitMs: z.number().int().min(0).max(10_000).default(100),
  breaker: breakerOptions,
  /** What the contract with the authority allows, for each process. */
  rate: z
    .strictObject({
      perSecond: z.number().int().min(1).max(10_000).optional(),
      perMinute: z.number().int().min(1).max(600_000).optional(),
    })
    .prefault({}),
  tls: tlsOptions.optional(),
} as const;
const optionsSchema = z.strictObject(lineOptions);
export type LineOptions = z.output<typeof optionsSchema>;

export type LineDeps = {
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly sandbox: boolean;
  /** Where the paths of the configuration start. */
  readonly folder?: string;
};

/**
 * What a repetition can do. `read`: nothing, a question asked twice is the same question. `counted`: the authority
 * counts what reaches it, so only what surely has not reached it is sent again.
 */
export type Repetition = 'read' | 'counted';

export type Call<T> = {
  /** Made anew for each try: a signature holds a time and a nonce. */
  readonly make: () => Outgoing;
  /** What the answer says, or the fault that it is none. Never throws. */
  readonly read: (json: unknown) => { readonly value: T } | Fault;
  readonly signal: AbortSignal;
};

/** The way to one authority: one time limit, one breaker, one count of requests. `call` never rejects for a fault. */
export type Line = { call<T>(call: Call<T>): Promise<{ readonly value: T } | Fault> };

/** @param where the key in the configuration: `authorities.bank`. @throws AuthorityError `tls-unusable` */
export function openLine(options: LineOptions, deps: LineDeps, where: string, repetition: Repetition): Line {
  const rate = createRate(options.rate, deps.now);
  const breaker = createBreaker(options.breaker);
  const post = openPost(options, deps, where, repetition);
  // A connection that was kept may have been closed at the other end: the request is lost, and nobody knows where.
  const fresh: Readonly<Record<string, string>> = repetition === 'counted' ? { connection: 'close' } : {};

  async function attempt<T>(call: Call<T>, timeout: AbortSignal): Promise<{ readonly value: T } | Fault> {
    const work = async (): Promise<{ readonly value: T } | Fault> => {
      if (!rate.take()) return { fault: 'rate-limited', unsent: true };
      const limits = { signal: call.signal, timeout, sandbox: deps.sandbox };
      const { url, headers, body } = call.make();
      const reply = await exchange(post, { url, headers: { ...headers, ...fresh }, body }, limits);
      return 'fault' in reply ? reply : call.read(reply.json);
    };
    const ran = await breaker.run(work, (heard) => verdictOf(heard, call.signal));
    return ran === 'open' ? { fault: 'breaker-open', unsent: true } : ran.result;
  }

  return {
    async call(call) {
      const timeout = AbortSignal.timeout(options.timeoutMs);
      for (let left = options.retries; ; left--) {
        const heard = await attempt(call, timeout);
        if (!('fault' in heard) || left === 0 || !mayRepeat(heard, repetition)) return heard;
        const chance = Buffer.from(deps.random(1))[0] / 255;
        const signal = AbortSignal.any([call.signal, timeout]);
        const waited = await pause(options.retryWaitMs * (1 + chance), true, { signal }).catch(() => false);
        if (!waited) return heard;
      }
    },
  };
}

function openPost(options: LineOptions, deps: LineDeps, where: string, repetition: Repetition): Post {
  if (options.tls === undefined) return deps.fetch ?? fetch;
  refuseWithoutTls(options.url, where);
  return httpsPost(openTls(options.tls, `${where}.tls`, deps.folder ?? '.', repetition === 'read'));
}

/** Our own limit says nothing about the authority. An asker who ran out of patience was let down by the authority; one who changed their mind was not. */
function verdictOf(heard: object, signal: AbortSignal): Verdict {
  if (!('fault' in heard)) return 'success';
  if (heard.fault === 'rate-limited') return 'neither';
  if (heard.fault !== 'aborted') return 'failure';
  return (signal.reason as { readonly name?: unknown } | undefined)?.name === 'TimeoutError' ? 'failure' : 'neither';
}

const PASSING = [
  'refused-connection',
  'unknown-host',
  'unreachable',
  'lost-connection',
  'http-502',
  'http-503',
  'http-504',
];

function mayRepeat({ fault, unsent }: Fault, repetition: Repetition): boolean {
  return PASSING.includes(fault) && (repetition === 'read' || unsent === true);
}
