import type { ScreenState } from '../../contract.ts';
import { reasonText, type Words } from '../words.ts';

/** Which part of the page a state shows. */
export type ViewName = 'plain' | 'invitation' | 'capture' | 'matching' | 'mark';

/** What a state says: the largest sentence, one under it, one below the picture, and the line at the foot. */
export type View = {
  readonly view: ViewName;
  /** `do`: something is asked of the person; `good`: all is well; `stop`: it cannot go on. */
  readonly tone: 'calm' | 'do' | 'good' | 'stop';
  readonly headline: string;
  readonly detail?: string;
  readonly more?: string;
  readonly foot?: string;
  readonly sign?: 'tick' | 'bang' | 'away';
};

export function viewOf(state: ScreenState, words: Words): View {
  const say = words.screen;
  switch (state.kind) {
    case 'idle':
      return { view: 'plain', tone: 'calm', headline: say.idle, detail: say.idleMore, foot: say.notice };
    case 'out-of-order':
      return {
        view: 'mark',
        tone: 'stop',
        sign: 'bang',
        headline: say.outOfOrder,
        detail: say.outOfOrderMore,
        foot: `${say.technician} ${state.code}`,
      };
    case 'invitation':
      return { view: 'invitation', tone: 'calm', headline: say.greeting(state.subject), detail: say.what };
    case 'preparing':
      return { view: 'capture', tone: 'calm', headline: say.wait };
    case 'look':
      return { view: 'capture', tone: 'calm', headline: say.look };
    case 'between':
      return { view: 'capture', tone: 'good', headline: state.done === state.of ? say.last : say.between };
    case 'guidance':
      return { view: 'capture', tone: 'do', headline: words.hints[state.hint] };
    case 'challenge':
      return { view: 'capture', tone: 'calm', headline: words.challenges[state.challenge] };
    case 'matching':
      return { view: 'matching', tone: 'calm', headline: say.matching };
    case 'result':
      return resultView(state, words);
  }
}

function resultView(state: ScreenState & { kind: 'result' }, words: Words): View {
  const say = words.screen;
  if (state.outcome === 'verified')
    return { view: 'mark', tone: 'good', sign: 'tick', headline: say.verified, detail: say.verifiedMore };
  if (state.reason === 'consent-refused')
    return { view: 'mark', tone: 'good', sign: 'away', headline: say.otherWay, detail: say.otherWayMore };
  const detail = reasonText(words, state.reason);
  if (state.outcome === 'expired')
    return { view: 'mark', tone: 'do', sign: 'bang', headline: say.timeUp, detail, more: say.failedMore };
  const headline = state.outcome === 'rejected' ? say.failed : words.outcomes[state.outcome];
  return { view: 'mark', tone: 'do', sign: 'bang', headline, detail, more: say.failedMore };
}

/** Seconds are shown as a quiet ring, in numbers only under 15. */
export function timeLeft(
  state: ScreenState,
  now: number,
): { readonly share: number; readonly seconds?: number } | undefined {
  if (!('endsAt' in state)) return undefined;
  const left = Math.max(0, state.endsAt - now);
  const share = Math.min(1, left / state.lifetimeMs);
  return left < 15_000 ? { share, seconds: Math.ceil(left / 1000) } : { share };
}
