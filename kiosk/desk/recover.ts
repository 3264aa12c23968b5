import type { Verification } from '../../server/contract/schemas.ts';
import type { Answer, Backend } from '../backend.ts';
import type { TillView } from '../contract.ts';
import { believe, settle } from '../ending.ts';
import { isFinal } from '../follow.ts';
import type { Order } from '../verification.ts';
import type { Settlement } from './ledger.ts';

/** The kiosk itself went away: the person would have to begin again. */
export const LEFT = { kind: 'cancel', by: 'kiosk', reason: 'kiosk-fault' } as const satisfies Order;

/**
 * How a verification ended that nobody at this kiosk leads any more.
 * @returns nothing when there is no news: the outcome stays what it was, or open, until the next time.
 */
export async function recoverOne(
  backend: Pick<Backend, 'cancel' | 'events' | 'find' | 'check'>,
  view: TillView,
  signal: AbortSignal,
): Promise<(Settlement & { readonly round: number }) | undefined> {
  // The backend never heard of it, and the request was never written down.
  if (view.state === 'queued')
    return { ended: { outcome: 'cancelled', reason: LEFT.reason, cancelledBy: LEFT.by }, settled: true, round: 1 };
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
