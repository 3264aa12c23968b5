import type { Relation as DictionaryEntry, People as Insurer } from '../authorities/contract.ts';
import type { Cardholder, Relation } from '../contract/index.ts';

/** Where people are looked up who are not in the backend's own register: the insurer. Nothing here ever rejects. */
export type PeopleSource = {
  /** Who a cardholder is. */
  lookup(cardholder: Cardholder, signal: AbortSignal): Promise<Lookup>;
  /** Who may stand at the counter for them. */
  family(person: { readonly idNumber: string; readonly name: string }, signal: AbortSignal): Promise<Family>;
  /** The dictionary of relations; empty where there is none. */
  relations(signal: AbortSignal): Promise<readonly Relation[]>;
};

/** `code`: fit for a log, names no one. */
type Silence = { readonly kind: 'unavailable'; readonly code: string };

export type Lookup =
  | { readonly kind: 'found'; readonly idNumber: string; readonly name: string }
  | { readonly kind: 'not-found' }
  | Silence;

export type Family = { readonly kind: 'known'; readonly relatives: readonly Relative[] } | Silence;

export type Relative = { readonly idNumber: string; readonly name: string; readonly relation: Relation };

/** The insurer as the source. */
export function insurerSource(insurer: Insurer): PeopleSource {
  return {
    lookup: async (cardholder, signal) => {
      const answer = await insurer.lookup(shownBy(cardholder), signal);
      if (answer.outcome !== 'found') return silence(answer.outcome, answer.code);
      const { idNumber, name } = answer.person;
      return { kind: 'found', idNumber, name };
    },
    family: async ({ idNumber }, signal) => {
      const answer = await insurer.family({ kind: 'id-number', idNumber }, signal);
      if (answer.outcome === 'not-found') return { kind: 'known', relatives: [] };
      if (answer.outcome !== 'found') return { kind: 'unavailable', code: answer.code };
      return { kind: 'known', relatives: answer.members.map((one) => ({ ...one, relation: named(one.relation) })) };
    },
    relations: async (signal) => (await insurer.relations(signal)).map(named),
  };
}

function shownBy({ idNumber, insuranceNumber, credentialToken }: Cardholder): Parameters<Insurer['lookup']>[0] {
  if (credentialToken !== undefined) return { kind: 'e-credential', token: credentialToken };
  if (insuranceNumber !== undefined) return { kind: 'insurance-card', number: insuranceNumber };
  return { kind: 'id-number', idNumber: idNumber ?? '' };
}

const silence = (outcome: 'not-found' | 'unavailable', code: string): { kind: 'not-found' } | Silence =>
  outcome === 'not-found' ? { kind: outcome } : { kind: outcome, code };

/** A code without words is shown as it is. */
const named = ({ code, zh, en }: DictionaryEntry): Relation => ({
  code,
  label: zh ?? code,
  ...(en === undefined ? {} : { labelEn: en }),
});

/** For a backend whose people are all in its own register. */
export const REGISTER_ONLY: PeopleSource = {
  lookup: async () => ({ kind: 'not-found' }),
  family: async () => ({ kind: 'known', relatives: [] }),
  relations: async () => [],
};
