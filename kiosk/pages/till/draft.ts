import { reactive } from 'vue';
import type { People, Question } from '../../../till/till.ts';
import type { Choice } from './assistance.ts';
import {
  type Cardholding,
  checkAmount,
  checkCardholder,
  checkChoice,
  checkId,
  checkName,
  checkSale,
} from './checks.ts';

export type Draft = ReturnType<typeof createDraft>;
export type Subject = NonNullable<Question['subject']>;

const nobody = () => ({ name: '', idNumber: '', relation: '' });
const blank = () => ({
  sale: '',
  by: 'idNumber' as Cardholding,
  cardholder: '',
  amount: '',
  /** Who is chosen: 0 for the cardholder, then the relatives in their order. */
  chosen: 0,
  /** How much is asked of the person. */
  assistance: 'none' as Choice,
  hand: nobody(),
  guardian: { ...nobody(), consent: false },
});

/** What the cashier has entered: in memory, and nowhere else. */
export function createDraft() {
  const draft = reactive(blank());
  return Object.assign(draft, { clear: () => void Object.assign(draft, blank()) });
}

type About = Pick<Question, 'sale' | 'cardholder' | 'amount'>;

/** Whose card it is and which sale, once every field is right. */
export function aboutOf({ sale, by, cardholder, amount }: Draft): About | undefined {
  const [number, who, fen] = [checkSale(sale), checkCardholder(by, cardholder), checkAmount(amount)];
  if (number.state !== 'right' || who.state !== 'right' || fen.state !== 'right') return undefined;
  return { sale: number.value, cardholder: { [by]: who.value }, ...(fen.value !== undefined && { amount: fen.value }) };
}

/** Whether the law wants a guardian for whoever is chosen. */
export function needsGuardian({ chosen }: Draft, people: People): boolean {
  return (chosen === 0 ? people.cardholder : people.relatives[chosen - 1])?.needsGuardian ?? false;
}

/** Who is chosen from the list. @returns nothing while a guardian is needed and not entered. */
export function chosenOf(draft: Draft, people: People): Subject | undefined {
  const guardian = needsGuardian(draft, people) ? guardianOf(draft) : undefined;
  if (needsGuardian(draft, people) && !guardian) return undefined;
  const consent = guardian && { guardian };
  if (draft.chosen === 0) return { who: 'cardholder', ...consent };
  const relative = people.relatives[draft.chosen - 1];
  return relative && { who: 'relative', person: relative.person, ...consent };
}

function guardianOf({ guardian }: Draft) {
  const person = personOf(guardian);
  return person && guardian.consent ? { ...person, consent: true as const } : undefined;
}

/** Who was entered by hand, once every field is right. */
export function handOf({ hand }: Draft): Subject | undefined {
  const person = personOf(hand);
  return person && { who: 'by-hand', ...person };
}

function personOf(entered: { readonly name: string; readonly idNumber: string; readonly relation: string }) {
  const [name, id, relation] = [checkName(entered.name), checkId(entered.idNumber), checkChoice(entered.relation)];
  if (name.state !== 'right' || id.state !== 'right' || relation.state !== 'right') return undefined;
  return { name: name.value, idNumber: id.value, relation: relation.value };
}
