import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Answer, Authority, Person } from './contract.ts';
import { type AdapterDeps, type BankTries, defineAuthority } from './define.ts';
import type { Fault } from './exchange.ts';
import { openLine } from './line/line.ts';
import { callTencent, errorSlug, type TencentReply, tencentOptions } from './tencent.ts';
import type { Place, TryOutcome } from './throttle/rows.ts';
import { createThrottle, memoryThrottleStore, type Reservation } from './throttle/throttle.ts';

const bankOptionsSchema = z.strictObject({
  ...tencentOptions,
  /** As the bank publishes them; only the times are ours. */
  throttle: z
    .strictObject({
      wrongPerCard: z.number().int().min(1).max(1_000_000).default(3),
      triesPerDay: z.number().int().min(1).max(1_000_000).default(10),
      /** ASSUMED: how long the bank keeps a card locked is in its contract. */
      lockMs: z
        .number()
        .int()
        .min(1000)
        .default(24 * 3600_000),
      holdMs: z
        .number()
        .int()
        .min(1000)
        .default(10 * 60_000),
    })
    .prefault({}),
});
type BankOptions = z.output<typeof bankOptionsSchema>;

const resultSchema = z.object({ Result: z.string(), Description: z.string() });

type Said = Answer & { readonly counts: TryOutcome };

/**
 * Result codes of BankCard4EVerification, and what each does to the count. A lost or expired card is its holder's, but
 * no proof that they are here: a mismatch. Every code that is not in this table is `unavailable`.
 */
const RESULTS: Readonly<Record<string, Said>> = {
  '0': { outcome: 'match', code: 'bank-match', counts: 'right' },
  '-1': { outcome: 'mismatch', code: 'bank-mismatch', counts: 'wrong' },
  '-9': { outcome: 'not-found', code: 'bank-card-invalid', counts: 'wrong' },
  '-13': { outcome: 'mismatch', code: 'bank-card-lost', counts: 'unchecked' },
  '-14': { outcome: 'mismatch', code: 'bank-card-expired', counts: 'unchecked' },
  '-18': { outcome: 'unavailable', code: 'bank-busy', counts: 'unchecked' },
  '-19': { outcome: 'locked', code: 'bank-over-limit', counts: 'unchecked' },
};

const REFUSED: Readonly<Record<Exclude<Place, 'ok'>, Answer>> = {
  'card-locked': { outcome: 'locked', code: 'bank-card-locked' },
  'daily-limit': { outcome: 'locked', code: 'bank-daily-limit' },
  'card-pending': { outcome: 'unavailable', code: 'bank-card-pending' },
};

/**
 * The bank: do name, card, phone and ID number belong together? It counts what reaches it, so a place is taken before
 * it is asked, and nothing that may have reached it is sent again.
 */
function openBank(options: BankOptions, deps: AdapterDeps): Authority {
  const line = openLine(options, deps, 'authorities.bank', 'counted');
  const { throttle, fingerprint } = deps.bankTries ?? ownTries(deps);
  return {
    name: 'bank',
    async ask({ person, signal }) {
      const payload = fourElements(person);
      if (payload === undefined) return { outcome: 'not-found', code: 'bank-no-card' };
      const card = fingerprint('bank-card', payload.BankCard);
      const holder = fingerprint('bank-holder', payload.IdCard);
      const taken = await throttle.reserve({ card, holder }, options.throttle).catch(() => undefined);
      if (taken === undefined) return { outcome: 'unavailable', code: 'bank-throttle-unavailable' };
      if (taken.place !== 'ok') return REFUSED[taken.place];
      const call = { action: 'BankCard4EVerification', payload, now: deps.now, signal };
      const { counts, ...answer } = hear(await callTencent(line, options, call));
      await settle(taken, counts);
      return answer;
    },
  };
}

/** A count that could not be written stays what it was while the try was under way: as good as wrong, for its time. */
async function settle(taken: Reservation, counts: TryOutcome): Promise<void> {
  await taken.settle(counts).catch(() => undefined);
}

function hear(reply: TencentReply | Fault): Said {
  if ('fault' in reply) {
    return { outcome: 'unavailable', code: `bank-${reply.fault}`, counts: reply.unsent ? 'unsent' : 'unknown' };
  }
  // The service refused the request itself (signature, parameters): nothing was compared.
  if ('error' in reply) return { outcome: 'unavailable', code: `bank-${errorSlug(reply.error)}`, counts: 'unchecked' };
  const result = resultSchema.safeParse(reply.response);
  if (!result.success) return { outcome: 'unavailable', code: 'bank-malformed', counts: 'unknown' };
  const known = Object.hasOwn(RESULTS, result.data.Result) ? RESULTS[result.data.Result] : undefined;
  return known ?? { outcome: 'unavailable', code: 'bank-unexpected-result', counts: 'unknown' };
}

type FourElements = { Name: string; BankCard: string; Phone: string; IdCard: string; CertType: 0 };

function fourElements({ name, bankCard, phone, idNumber }: Person): FourElements | undefined {
  if (!bankCard || !phone) return undefined;
  // CertType 0: the ID card, the only one the service takes.
  return { Name: name, BankCard: bankCard, Phone: phone, IdCard: idNumber, CertType: 0 };
}

/** For a backend of one process that was given no other: it forgets with the process. */
function ownTries(deps: AdapterDeps): BankTries {
  const key = deps.random(32);
  return {
    throttle: createThrottle(memoryThrottleStore(), deps),
    fingerprint: (purpose, text) => createHmac('sha256', key).update(`${purpose}\0${text}`).digest('base64url'),
  };
}

export const bank = defineAuthority({ options: bankOptionsSchema, open: openBank });
