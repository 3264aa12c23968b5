import type { ScreenState } from '../../../contract.ts';
import type { SignName } from '../../design/signs.ts';
import type { Place } from '../../design/words/index.ts';

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
  /** For the technician. */
  readonly code?: string;
};

export function markOf(state: ScreenState): Mark | undefined {
  if (state.kind === 'out-of-order')
    return {
      sign: 'bang',
      tone: 'stop',
      headline: 'screen.outOfOrder',
      detail: 'screen.outOfOrderMore',
      code: state.code,
    };
  if (state.kind === 'again')
    return {
      sign: 'bang',
      tone: 'do',
      headline: 'screen.failed',
      reason: state.reason,
      detail: state.failures >= OFFER_AFTER ? 'screen.failedTwice' : 'screen.tryOnceMore',
    };
  if (state.kind === 'paired')
    return {
      sign: 'link',
      tone: 'good',
      headline: 'screen.paired',
      detail: 'screen.pairedMore',
      values: { till: state.till },
    };
  return state.kind === 'result' ? markOfResult(state) : undefined;
}

/** After so many failures another way is offered. */
const OFFER_AFTER = 2;

function markOfResult({ outcome, reason, failures = 0 }: Extract<ScreenState, { kind: 'result' }>): Mark {
  if (outcome === 'verified')
    return { sign: 'tick', tone: 'good', headline: 'screen.verified', detail: 'screen.verifiedMore' };
  if (reason === 'consent-refused')
    return { sign: 'away', tone: 'good', headline: 'screen.refused', detail: 'screen.refusedMore' };
  if (outcome === 'expired')
    return { sign: 'clock', tone: 'do', headline: 'screen.timeUp', detail: 'screen.timeUpMore' };
  const detail: Place = failures >= OFFER_AFTER ? 'screen.failedTwice' : 'screen.failedMore';
  const headline: Place = outcome === 'rejected' ? 'screen.failed' : `outcomes.${outcome}`;
  return { sign: 'bang', tone: 'do', headline, reason, detail };
}
