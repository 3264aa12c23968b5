import type { Authorities, AuthorityName, AuthorityOutcome, Outcome, VerificationState } from '../contract/index.ts';

/** How a verification ends. */
export type Ending = { readonly outcome: Outcome; readonly reason: string; readonly authorities: Authorities };

export type Answered = Readonly<Partial<Record<AuthorityName, AuthorityOutcome>>>;

/** All that the machine knows of a verification. */
export type Facts = {
  readonly state: VerificationState;
  /** Milliseconds since 1970; from then on it has expired, whoever notices. */
  readonly expiresAt: number;
  readonly answered: Answered;
  /** Present in the terminal states, and only there. */
  readonly ending?: Ending;
};

export type Happening =
  /** `opened`: attempts so far. `limit`: attempts allowed. */
  | { readonly kind: 'attempt-opened'; readonly opened: number; readonly limit: number }
  | { readonly kind: 'evidence-received' }
  | { readonly kind: 'authority-answered'; readonly name: AuthorityName; readonly outcome: AuthorityOutcome }
  | { readonly kind: 'decided'; readonly ending: Ending }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'time-passed' };

export type Refused = 'verification-ended' | 'state-conflict' | 'attempt-limit';

/** The facts afterwards; the very same object when nothing changed. */
export type Step = { readonly facts: Facts; readonly refused?: Refused };

export const isTerminal = (state: VerificationState): boolean =>
  state !== 'created' && state !== 'capturing' && state !== 'matching';

/** One happening further. Pure; `now` in milliseconds since 1970. A terminal state never changes. */
export function step(facts: Facts, happening: Happening, now: number): Step {
  if (isTerminal(facts.state)) return { facts, refused: 'verification-ended' };
  if (now >= facts.expiresAt) {
    const expired = end(facts, { outcome: 'expired', reason: 'expired', authorities: known(facts.answered) });
    return happening.kind === 'time-passed' ? { facts: expired } : { facts: expired, refused: 'verification-ended' };
  }
  switch (happening.kind) {
    case 'attempt-opened':
      if (happening.opened >= happening.limit) return { facts, refused: 'attempt-limit' };
      return facts.state === 'matching' ? conflict(facts) : { facts: { ...facts, state: 'capturing' } };
    case 'evidence-received':
      return facts.state === 'capturing' ? { facts: { ...facts, state: 'matching' } } : conflict(facts);
    case 'authority-answered':
      return facts.state === 'matching' ? { facts: hear(facts, happening.name, happening.outcome) } : conflict(facts);
    case 'decided':
      return facts.state === 'matching' && isSound(happening.ending)
        ? { facts: end(facts, happening.ending) }
        : conflict(facts);
    case 'cancelled':
      return {
        facts: end(facts, { outcome: 'cancelled', reason: happening.reason, authorities: known(facts.answered) }),
      };
    case 'time-passed':
      return { facts };
  }
}

const conflict = (facts: Facts): Step => ({ facts, refused: 'state-conflict' });

const end = (facts: Facts, ending: Ending): Facts => ({ ...facts, state: ending.outcome, ending });

function hear(facts: Facts, name: AuthorityName, outcome: AuthorityOutcome): Facts {
  return facts.answered[name] === undefined ? { ...facts, answered: { ...facts.answered, [name]: outcome } } : facts;
}

/** The last gate: whatever went wrong before it, nobody is verified unless all three authorities said so. */
function isSound({ outcome, authorities }: Ending): boolean {
  if (outcome === 'verified') return Object.values(authorities).every((said) => said === 'match');
  return outcome === 'rejected' || outcome === 'unavailable';
}

function known(answered: Answered): Authorities {
  return { bank: 'not-asked', police: 'not-asked', insurer: 'not-asked', ...answered };
}
