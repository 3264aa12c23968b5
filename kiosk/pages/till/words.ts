import { useI18n } from 'vue-i18n';
import type { Assistance, Problem, Relation } from '../../../till/till.ts';
import { useWords } from '../design/words/index.ts';

/** Sentences for what comes from the kiosk as codes. */
export function useTillWords() {
  const { t, te } = useI18n({ useScope: 'global' });
  const words = useWords();
  return {
    ...words,
    /** One that this page does not know yet is shown with its code, never as nothing. */
    sayProblem: ({ code }: Problem): string =>
      te(`till.problems.${code}`) ? t(`till.problems.${code}`) : t('till.problem', { code }),
    sayStep: (step: string): string => (te(`till.doing.${step}`) ? t(`till.doing.${step}`) : step),
    sayAssistance: (given: Assistance): string =>
      given.kind === 'attested'
        ? words.say('till.assist.told.attested', { by: given.by })
        : words.say('till.assist.told.gentle'),
    sayRelation: ({ label, labelEn }: Relation): string => (words.language.value === 'en' ? (labelEn ?? label) : label),
  };
}
