import type { ScreenState } from '../../../contract.ts';
import type { Place } from '../../design/words/index.ts';
import type { Drawn } from '../parts/drawing.ts';

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

/** What the head in the drawing does. */
export function drawnOf(state: CaptureState): Drawn {
  if (state.kind === 'challenge') return state.challenge;
  return state.kind === 'guidance' ? state.hint : 'straight';
}

/** The sentence of a prompt, and the same in other words for people who hesitate. */
export function sentencesOf(state: CaptureState): readonly [Place, Place] {
  switch (state.kind) {
    case 'guidance':
      return [`hints.${state.hint}`, `hintsAgain.${state.hint}`];
    case 'challenge':
      return [
        `${state.assistance ? 'challengesGently' : 'challenges'}.${state.challenge}`,
        `challengesAgain.${state.challenge}`,
      ];
    case 'between':
      return [state.done === state.of ? 'screen.last' : 'screen.between', 'screen.betweenAgain'];
    case 'preparing':
    case 'look':
      if (state.assistance === 'attested') return ['screen.lookStill', 'screen.lookStillAgain'];
      return ['screen.look', 'screen.lookAgain'];
  }
}

/** Whether the screen should light the face: asked for once, it stays until the capture is over. */
export const wantsLight = (state: CaptureState): boolean =>
  state.kind === 'guidance' && (state.hint === 'brighter' || state.hint === 'backlight');
