import type { FailReason, Hint, Prompt } from '../contract.ts';
import type { LivenessState, Wants } from '../state.ts';

/** What a phase makes of one frame. */
export type Outcome =
  | {
      readonly kind: 'on';
      readonly state: LivenessState;
      /** What to tell unless a hint has lasted. */
      readonly prompt: Prompt;
      readonly hint?: Hint;
      readonly keep?: boolean;
      readonly wants: Wants;
    }
  | { readonly kind: 'failed'; readonly state: LivenessState; readonly reason: FailReason }
  /** The plan is done: the signals decide. */
  | { readonly kind: 'done'; readonly state: LivenessState; readonly keep?: boolean };

export function lookPrompt(state: LivenessState): Prompt {
  return { kind: 'look', done: doneOf(state), of: state.plan.steps.length };
}

/** Challenges done. */
export function doneOf(state: LivenessState): number {
  return state.phase.kind === 'look' || state.phase.kind === 'challenge' ? state.phase.step : 0;
}

/** Every third frame: PAD and embedding take turns, so that no frame is slow twice. */
export function turnOf(state: LivenessState): 'pad' | 'embedding' | 'neither' {
  const turn = state.continuity.frames % 3;
  return turn === 0 ? 'pad' : turn === 1 ? 'embedding' : 'neither';
}
