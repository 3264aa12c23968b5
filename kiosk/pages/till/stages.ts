import type { Step } from '../../../till/till.ts';

export type StageName = 'consent' | 'look' | 'motions' | 'matching';
export type StageState = 'done' | 'now' | 'later';
export type Stage = { readonly name: StageName; readonly state: StageState };

const STAGES: readonly StageName[] = ['consent', 'look', 'motions', 'matching'];

/** How far the person has come, from what the person does now. @param still nothing is asked but to look. */
export function stagesOf(step: Step | undefined, still = false): readonly Stage[] {
  const now = stageOf(step);
  const all = STAGES.map(
    (name, index) => ({ name, state: index < now ? 'done' : index === now ? 'now' : 'later' }) as const,
  );
  return still ? all.filter(({ name }) => name !== 'motions') : all;
}

function stageOf(step: Step | undefined): number {
  switch (step?.step) {
    case undefined:
    case 'asked':
      return 0;
    case 'consent':
      return 1;
    case 'look':
      // Between the motions, and after the last one, the person looks at the screen again.
      return (step.done ?? 0) > 0 ? 2 : 1;
    case 'matching':
      return 3;
    default:
      return 2;
  }
}
