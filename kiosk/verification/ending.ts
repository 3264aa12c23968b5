import type { CancelRequest, Verification } from '../../server/contract/schemas.ts';
import type { Backend } from '../backend/client.ts';
import { follow, isFinal, type Round } from '../backend/follow.ts';
import { pause } from '../clock.ts';
import type { Ended } from '../contract.ts';

/** How the kiosk's part of a verification came to its end. */
export type Ending =
  /** The backend has what it needs, or decides by its own clock. */
  { readonly kind: 'await' } | ({ readonly kind: 'cancel' } & CancelRequest) | { readonly kind: 'expired' };

/** The outcome, and whether the backend has confirmed it. */
export type Settlement = { readonly ended: Ended; readonly settled: boolean };

/**
 * Tells the backend how the kiosk's part ended and waits for the outcome that it holds; `signal` ends the wait.
 * Only when the backend stays silent is the outcome the kiosk's own, and then never a pass.
 */
export async function settle(
  backend: Pick<Backend, 'cancel' | 'events' | 'find' | 'check'>,
  round: Round,
  ending: Ending,
  signal: AbortSignal,
  onState: (verification: Verification) => void = () => undefined,
): Promise<Settlement> {
  // A refused cancel means that it has ended already: the outcome says how.
  if (ending.kind === 'cancel') await backend.cancel(round.id, { by: ending.by, reason: ending.reason });
  while (!signal.aborted) {
    for await (const verification of follow(backend, round, signal)) {
      onState(verification);
      const settlement = isFinal(verification) && (await believe(backend, verification));
      if (settlement) return settlement;
    }
    // The keys could not be had: what it says is not known to be true yet.
    await pause(RETRY_MS, signal);
  }
  return { ended: ownOutcome(ending), settled: false };
}

/** Milliseconds. */
const RETRY_MS = 500;

/**
 * What the backend says of a verification that has ended, as far as its receipt says so too: a wrong receipt is a
 * fault and never a pass. @returns nothing while the backend's keys cannot be had.
 */
export async function believe(
  backend: Pick<Backend, 'check'>,
  verification: Verification,
): Promise<Settlement | undefined> {
  const check = await backend.check(verification);
  if (check === 'unknown') return undefined;
  if (check === 'right') return { ended: toEnded(verification), settled: true };
  return { ended: { outcome: 'unavailable', reason: 'backend-fault', refusal: 'receipt-wrong' }, settled: true };
}

function toEnded({ result, assistance }: Verification): Ended {
  const { outcome, reason, authorities, receipt, next, nextUntil, cancelledBy } = result!;
  const until = nextUntil === undefined ? {} : { nextUntil };
  // Said also when there is none: it is of the round that ended.
  return { outcome, reason, authorities, receipt, next, ...until, ...(cancelledBy && { cancelledBy }), assistance };
}

function ownOutcome(ending: Ending): Ended {
  if (ending.kind === 'expired') return { outcome: 'expired', reason: 'expired' };
  if (ending.kind === 'await') return { outcome: 'unavailable', reason: 'kiosk-fault' };
  return { outcome: 'cancelled', reason: ending.reason, cancelledBy: ending.by };
}
