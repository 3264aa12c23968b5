import type { Outcome } from '../../../../server/contract/schemas.ts';
import type { ScreenState } from '../../../contract.ts';
import type { SignName } from '../../design/signs.ts';
import { isPrivate, type Place } from '../../design/words/index.ts';

/** A large sign with its words: how it ended, or why it cannot begin. */
export type Mark = {
  readonly sign: SignName;
  readonly tone: 'good' | 'do' | 'stop';
  readonly headline: Place;
  /** A code of server/contract/reasons.ts, to be said in words. */
  readonly reason?: string;
  readonly detail: Place;
  /** What `detail` leaves open. */
  readonly values?: Readonly<Record<string, string>>;
  /** The verification that may be tried once more. */
  readonly again?: string;
  /** The other way is the one that is recommended now. */
  readonly rather?: true;
  /** For the technician. */
  readonly code?: string;
};

export const OTHER_WAY: Mark = { sign: 'away', tone: 'good', headline: 'screen.refused', detail: 'screen.refusedMore' };

/** The kiosk cannot be heard: nothing that it said before is shown any more. */
export const LOST: Mark = {
  sign: 'clock',
  tone: 'do',
  headline: 'screen.disconnected',
  detail: 'screen.disconnectedMore',
};

export function markOf(state: ScreenState): Mark | undefined {
  switch (state.kind) {
    case 'out-of-order': {
      const { code } = state;
      return { sign: 'bang', tone: 'stop', headline: 'screen.outOfOrder', detail: 'screen.outOfOrderMore', code };
    }
    case 'paired': {
      const values = { till: state.till };
      return { sign: 'link', tone: 'good', headline: 'screen.paired', detail: 'screen.pairedMore', values };
    }
    case 'result':
      return markOfResult(state);
    default:
      return undefined;
  }
}

/** After so many failures another way is offered. */
const OFFER_AFTER = 2;

function markOfResult({ outcome, reason, failures = 0, again }: Extract<ScreenState, { kind: 'result' }>): Mark {
  if (outcome === 'verified')
    return { sign: 'tick', tone: 'good', headline: 'screen.verified', detail: 'screen.verifiedMore' };
  if (reason === 'consent-refused') return OTHER_WAY;
  // What bank, police or insurer have against it does not go away by another look.
  const often = failures >= OFFER_AFTER || isPrivate(reason);
  if (again !== undefined) {
    const detail: Place = often ? 'screen.noHurry' : 'screen.tryOnceMore';
    return {
      ...headOf(outcome),
      detail,
      again,
      ...(often && { rather: true }),
      ...(outcome !== 'expired' && { reason }),
    };
  }
  if (outcome === 'expired') return { ...headOf(outcome), detail: 'screen.timeUpMore' };
  if (reason === 'cancelled')
    return { sign: 'away', tone: 'good', headline: 'outcomes.cancelled', detail: 'screen.cancelledMore' };
  return { ...headOf(outcome), reason, detail: often ? 'screen.failedTwice' : 'screen.failedMore' };
}

function headOf(outcome: Exclude<Outcome, 'verified'>): Pick<Mark, 'sign' | 'tone' | 'headline'> {
  if (outcome === 'expired') return { sign: 'clock', tone: 'do', headline: 'screen.timeUp' };
  // Nobody cancelled it: the kiosk could not go on.
  return { sign: 'bang', tone: 'do', headline: outcome === 'rejected' ? 'screen.failed' : 'outcomes.unavailable' };
}
