import type { Outcome, View } from '../../../till/till.ts';
import type { SignName } from '../design/signs.ts';
import type { Place } from '../design/words/index.ts';
import { worthOf } from './receipt.ts';

/** How an outcome is shown: one sign, its words, what to do about it, and the ways on in their order. */
export type Ending = {
  readonly sign: SignName;
  readonly tone: 'good' | 'do' | 'stop';
  readonly headline: Place;
  /** A code of server/contract/reasons.ts, to be said in words. */
  readonly reason?: string;
  readonly advice: Place;
  /** The first one is the one that Enter takes. */
  readonly ways: readonly Way[];
};

/** `done`: the sale is over. `again`: the same verification. `back`: choose anew. `other`: the same, in other words. */
export type Way = 'done' | 'again' | 'back' | 'other' | 'appeal';

export function endingOf(view: View): Ending {
  const { outcome = 'unavailable', reason = '' } = view;
  if (view.state === 'appealed') return believe(view, APPEALED);
  if (outcome === 'verified') return believe(view, VERIFIED);
  const retry = view.next?.includes('retry') ? (['again'] as const) : [];
  const appeal = view.next?.includes('appeal') ? (['appeal'] as const) : [];
  const back = outcome === 'rejected' ? 'other' : 'back';
  return {
    ...SIGNS[outcome],
    headline: `outcomes.${outcome}`,
    // The headline says it.
    ...(outcome !== 'expired' && { reason }),
    advice: outcome === 'expired' ? 'till.advice.timeUp' : adviceOf(reason),
    ways: [...retry, back, ...appeal],
  };
}

/** What lets the sale go on does so by a receipt of this very question only. */
const believe = (view: View, ending: Ending): Ending =>
  ['right', 'simulated'].includes(worthOf(view)) ? ending : WRONG;

const GOOD = { sign: 'tick', tone: 'good', ways: ['done'] } as const;
const VERIFIED: Ending = { ...GOOD, headline: 'outcomes.verified', advice: 'till.ended.verifiedMore' };
const APPEALED: Ending = { ...GOOD, headline: 'till.ended.appealed', advice: 'till.ended.appealedMore' };
const WRONG: Ending = {
  sign: 'bang',
  tone: 'stop',
  headline: 'till.ended.receiptWrong',
  advice: 'till.ended.receiptWrongMore',
  ways: ['back'],
};

const SIGNS: Readonly<Record<Exclude<Outcome, 'verified'>, Pick<Ending, 'sign' | 'tone'>>> = {
  rejected: { sign: 'bang', tone: 'do' },
  expired: { sign: 'clock', tone: 'do' },
  cancelled: { sign: 'away', tone: 'do' },
  unavailable: { sign: 'bang', tone: 'stop' },
};

/** What a cashier can do about a reason, the first that fits. */
const ADVICE: readonly (readonly [RegExp, Place])[] = [
  [/^(camera-missing|evidence-(time-window|plan-mismatch))$/, 'till.advice.technician'],
  [/^(liveness-.*|evidence-still-rejected)$/, 'till.advice.again'],
  [/^police-face-mismatch$/, 'till.advice.whoIsIt'],
  [/^insurer-suspended$/, 'till.advice.insurer'],
  [/-locked$/, 'till.advice.locked'],
  [/-(mismatch|not-found)$/, 'till.advice.papers'],
  [/^consent-refused$/, 'till.advice.otherWay'],
  [/^cancelled$/, 'till.advice.start'],
];

export const adviceOf = (reason: string): Place =>
  ADVICE.find(([pattern]) => pattern.test(reason))?.[1] ?? 'till.advice.later';
