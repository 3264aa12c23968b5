import type { ScreenState } from '../../../contract.ts';
import type { Place } from '../../design/words/index.ts';

export type CaptureState = Extract<ScreenState, { kind: 'preparing' | 'look' | 'between' | 'guidance' | 'challenge' }>;
export type Tone = 'calm' | 'do' | 'good';

export function captureOf(state: ScreenState): CaptureState | undefined {
  const { kind } = state;
  return kind === 'preparing' || kind === 'look' || kind === 'between' || kind === 'guidance' || kind === 'challenge'
    ? state
    : undefined;
}

/** `do`: something is asked of the person's place or light; `good`: a motion was done. */
export function toneOf(state: CaptureState): Tone {
  if (state.kind === 'guidance') return 'do';
  return state.kind === 'between' ? 'good' : 'calm';
}

export function sentenceOf(state: CaptureState): Place {
  switch (state.kind) {
    case 'guidance':
      return `hints.${state.hint}`;
    case 'challenge':
      return `challenges.${state.challenge}`;
    case 'between':
      return state.done === state.of ? 'screen.last' : 'screen.between';
    case 'preparing':
    case 'look':
      return 'screen.look';
  }
}
