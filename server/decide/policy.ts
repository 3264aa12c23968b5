import type { Answer } from '../authorities/contract.ts';
import type { Authorities, AuthorityName, AuthorityOutcome, Reason } from '../contract/index.ts';
import type { Ending } from '../verification/machine.ts';

/** Stands in every receipt: change it with the rules. */
export const POLICY_VERSION = 'three-way-match-3';

/** Whose word is told first when several object. */
const ORDER: readonly AuthorityName[] = ['police', 'insurer', 'bank'];

/** The police say that the guardian's name and ID number do not belong together. */
export const GUARDIAN_MISMATCH = 'police-guardian-mismatch';

export type Answers = Readonly<Partial<Record<AuthorityName, Answer>>>;

export const NOBODY_ASKED: Authorities = { bank: 'not-asked', police: 'not-asked', insurer: 'not-asked' };

/**
 * The match: verified when all who are required say the same person, and the police registry's face agrees. A definite
 * no outweighs a silence, since asking again would not change it; a silence outweighs every yes.
 */
export function decideMatch(answers: Answers, required: readonly AuthorityName[]): Ending {
  const authorities: Authorities = { ...NOBODY_ASKED };
  for (const name of required) authorities[name] = outcomeOf(name, answers[name] ?? SILENCE);
  const order = ORDER.filter((name) => required.includes(name));
  const objecting = order.find((name) => isObjection(authorities[name]));
  if (objecting) return { outcome: 'rejected', reason: objection(objecting, authorities, answers), authorities };
  const silent = order.find((name) => authorities[name] !== 'match');
  if (silent) return { outcome: 'unavailable', reason: `${silent}-unavailable`, authorities };
  if (order.length === 0) return { outcome: 'unavailable', reason: 'backend-fault', authorities };
  return { outcome: 'verified', reason: 'matched', authorities };
}

const SILENCE: Answer = { outcome: 'unavailable', code: 'not-asked' };

function objection(name: AuthorityName, authorities: Authorities, answers: Answers): Reason {
  if (name === 'police' && answers.police?.code === GUARDIAN_MISMATCH) return 'guardian-mismatch';
  if (name === 'police' && answers.police?.face === 'mismatch') return 'police-face-mismatch';
  if (name === 'insurer' && answers.insurer?.code === 'insurer-suspended') return 'insurer-suspended';
  return `${name}-${authorities[name]}` as Reason;
}

export const isObjection = (said: AuthorityOutcome): boolean =>
  said === 'mismatch' || said === 'not-found' || said === 'locked';

/**
 * What an answer counts as. An outcome that nobody has heard of is no answer. The police answer two questions: a match
 * without a compared face is half an answer.
 */
export function outcomeOf(name: AuthorityName, { outcome, face }: Answer): AuthorityOutcome {
  if (isObjection(outcome)) return outcome;
  if (outcome !== 'match') return 'unavailable';
  if (name !== 'police') return 'match';
  if (face === 'mismatch') return 'mismatch';
  return face === 'match' ? 'match' : 'unavailable';
}
