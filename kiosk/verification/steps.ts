import type { StageDirection } from '../../hardware/contract.ts';
import type { Prompt } from '../../liveness/contract.ts';
import type { Assistance } from '../../server/contract/assistance.ts';
import type { ScreenState, Step } from '../contract.ts';

/** What the till is told of a prompt; nothing while the person is only guided. */
export function toStep(prompt: Prompt): Step | undefined {
  if (prompt.kind === 'challenge') return { step: prompt.challenge, done: prompt.done, of: prompt.of };
  if (prompt.kind !== 'look') return undefined;
  return { step: prompt.done === 0 ? 'look' : 'between', done: prompt.done, of: prompt.of };
}

/** What a simulated person is told; guidance changes nothing. */
export function toDirection(prompt: Prompt): StageDirection | undefined {
  if (prompt.kind === 'look') return 'look';
  if (prompt.kind === 'challenge') return prompt.challenge;
  return prompt.kind === 'finished' ? 'idle' : undefined;
}

type About = {
  readonly store: string;
  readonly verification: string;
  readonly endsAt: number;
  readonly lifetimeMs: number;
  readonly assistance?: Assistance['kind'];
};

/** What the person sees of a prompt. */
export function toScreen(prompt: Prompt, about: About): ScreenState {
  if (prompt.kind === 'finished') return { ...about, kind: 'matching', answered: [] };
  if (prompt.kind !== 'look') return { ...about, ...prompt };
  return { ...about, kind: prompt.done === 0 ? 'look' : 'between', done: prompt.done, of: prompt.of };
}

export const sameStep = (a: Step | undefined, b: Step): boolean => JSON.stringify(a) === JSON.stringify(b);
