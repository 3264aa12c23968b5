import type { Verification } from '../../server/contract/schemas.ts';
import type { Answer, Backend } from '../backend/client.ts';
import { isFinal } from '../backend/follow.ts';
import type { TillView } from '../contract.ts';
import type { Outbox } from '../outbox/verifications.ts';
import { believe, settle } from '../verification/ending.ts';
import type { Order } from '../verification/verification.ts';
import type { Ledger, Settlement } from './ledger.ts';
import { type TakeBackDeps, takeBackQueued } from './take-back.ts';

/** The kiosk itself went away: the person would have to begin again. */
export const LEFT = { kind: 'cancel', by: 'kiosk', reason: 'kiosk-fault' } as const satisfies Order;

/** Of one that waited in the queue: the backend never heard of it, and the request was never written down. */
export const NEVER_BEGAN: Settlement = {
  ended: { outcome: 'cancelled', reason: LEFT.reason, cancelledBy: LEFT.by },
  settled: true,
};

export type RecoverDeps = TakeBackDeps & {
  readonly backend: Pick<Backend, 'cancel' | 'events' | 'find' | 'check'>;
  readonly outbox: Pick<Outbox, 'unsettled' | 'unanswered'>;
  readonly ledger: Ledger;
  /** Finds out what became of a question whose answer never came. */
  clear(till: string, key: string): Promise<boolean>;
  /** Whether it runs or waits here now. */
  readonly isLed: (id: string) => boolean;
  /** Milliseconds that one is waited for in one go. */
  readonly graceMs: number;
};

/** A till that has its key asks again sooner, and goes on with its verification, milliseconds. */
const ASKS_AGAIN_MS = 15_000;

/** After a restart, or when the line is back: what had not ended is ended, and its outcome learned from the backend. */
export async function recoverAll(deps: RecoverDeps, away: AbortSignal): Promise<void> {
  for (const { till, key } of deps.outbox.unanswered(deps.clock.epoch() - ASKS_AGAIN_MS)) {
    if (away.aborted) return;
    await deps.clear(till, key);
  }
  for (const { view } of deps.outbox.unsettled()) {
    if (deps.isLed(view.verification)) continue;
    const signal = AbortSignal.any([away, AbortSignal.timeout(deps.graceMs)]);
    const recovered = await recoverOne(deps, view, signal);
    if (!recovered) continue;
    const { round, ...settlement } = recovered;
    // A retry whose answer never came had begun after all.
    if (round > view.round) deps.ledger.again({ ...view, round });
    deps.ledger.end(view.verification, settlement);
  }
}

/**
 * How a verification ended that nobody at this kiosk leads any more.
 * @returns nothing when there is no news: the outcome stays what it was, or open, until the next time.
 */
async function recoverOne(
  deps: RecoverDeps,
  asked: TillView,
  signal: AbortSignal,
): Promise<(Settlement & { readonly round: number }) | undefined> {
  if (asked.state === 'queued') return { ...NEVER_BEGAN, round: 1 };
  const { backend, ledger } = deps;
  const view = asked.rounds === 0 ? await takeBackQueued(deps, ledger, asked) : asked;
  if (!view) return undefined;
  if (view === 'never') return { ...NEVER_BEGAN, round: 1 };
  const id = view.record ?? view.verification;
  const found: Answer<Verification> = await backend.find(id);
  if (found.ok && isFinal(found.value)) {
    const settlement = await believe(backend, found.value);
    return settlement && { ...settlement, round: found.value.round };
  }
  if (!found.ok && found.problem.status === 404)
    return { ended: { outcome: 'unavailable', reason: 'kiosk-fault' }, settled: true, round: view.round };
  if (!found.ok) return undefined;
  const ending = found.value.state === 'matching' ? ({ kind: 'await' } as const) : LEFT;
  const settlement = await settle(backend, found.value, ending, signal);
  return settlement.settled ? { ...settlement, round: found.value.round } : undefined;
}
