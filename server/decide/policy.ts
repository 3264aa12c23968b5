import type { Answer } from '../authorities/contract.ts';
import type { Authorities, AuthorityName, AuthorityOutcome, Reason } from '../contract/index.ts';
import type { Ending } from '../verification/machine.ts';

/** Stands in every receipt: change it with the rules. */
export const POLICY_VERSION = 'three-way-match-1';

/** Whose word is told first when several object. */
const ORDER: readonly AuthorityName[] = ['police', 'insurer', 'bank'];

export type Answers = Readonly<Record<AuthorityName, Answer>>;

export const NOBODY_ASKED: Authorities = { bank: 'not-asked', police: 'not-asked', insurer: 'not-asked' };

/**
 * The three-way match: verified when all three say the same person and the police registry's face agrees. A definite no
 * outweighs a silence, since asking again would not change it; a silence outweighs every yes.
 */
export function decideMatch(answers: Answers): Ending {
  const authorities: Authorities = {
    bank: outcomeOf('bank', answers.bank),
    police: outcomeOf('police', answers.police),
    insurer: outcomeOf('insurer', answers.insurer),
  };
  const objecting = ORDER.find((name) => isObjection(authorities[name]));
  if (objecting) {
    const face = objecting === 'police' && answers.police.face === 'mismatch';
    const reason = face ? 'police-face-mismatch' : `${objecting}-${authorities[objecting]}`;
    return { outcome: 'rejected', reason: reason as Reason, authorities };
  }
  const silent = ORDER.find((name) => authorities[name] !== 'match');
  if (silent) return { outcome: 'unavailable', reason: `${silent}-unavailable`, authorities };
  return { outcome: 'verified', reason: 'matched', authorities };
}

const isObjection = (said: AuthorityOutcome): boolean =>
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
