import type { AssistanceRequest, View } from '../../../till/till.ts';

export type Help = NonNullable<View['assistable']>[number];
/** As it is chosen, from much to little that is asked of the person. */
export const CHOICES = ['none', 'gentle', 'attested'] as const satisfies readonly AssistanceRequest['kind'][];
export type Choice = (typeof CHOICES)[number];

/** What the policy allows, and asks less of the person than was asked. */
export function lessOf({ assistance, assistable = [] }: View): readonly Help[] {
  const now = CHOICES.indexOf(assistance?.kind ?? 'none');
  return assistable.filter((kind) => CHOICES.indexOf(kind) > now);
}

/** Ends of which the motions may be the cause. */
const OF_MOTIONS =
  /^(expired|liveness-(wrong-motion|motion-early|face-lost|flat-motion|no-frontal-still|challenge-timeout|session-timeout))$/;

/** What may help in the next round, where there is one. */
export const helpsAfter = (view: View): readonly Help[] =>
  view.next?.includes('retry') && OF_MOTIONS.test(view.reason ?? '') ? lessOf(view) : [];
