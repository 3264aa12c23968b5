import type { AssistanceKind } from '../../liveness/contract.ts';
import {
  type Authorities,
  type AuthorityName,
  type AuthorityOutcome,
  canRetry,
  type Outcome,
  type VerificationState,
} from '../contract/index.ts';

/** How a round of a verification ends. */
export type Ending = { readonly outcome: Outcome; readonly reason: string; readonly authorities: Authorities };

export type Answered = Readonly<Partial<Record<AuthorityName, AuthorityOutcome>>>;

/** All that the machine knows of a verification. Times: milliseconds since 1970, by the database's clock. */
export type Facts = {
  readonly state: VerificationState;
  /** From then on it has expired, whoever notices. */
  readonly expiresAt: number;
  /** What the authorities said in this round. */
  readonly answered: Answered;
  /** Who must say `match` for this purpose; fixed when the verification was created. */
  readonly required: readonly AuthorityName[];
  /** 1 for the first; a retry begins the next. */
  readonly round: number;
  /** How this round is assisted. */
  readonly assistance: AssistanceKind;
  /** Until then an ending that is not definite can be taken up again; present with an ending. */
  readonly reopenUntil?: number;
  /** Present in the ended states, and only there. */
  readonly ending?: Ending;
};

export type Happening =
  /** The person can be asked: the kiosk has it, or a phone was told. */
  | { readonly kind: 'channel-reached' }
  /** Less is asked of the person than was. */
  | { readonly kind: 'assisted'; readonly assistance: AssistanceKind }
  /** `opened`: attempts so far, in all rounds. */
  | { readonly kind: 'attempt-opened'; readonly opened: number }
  | { readonly kind: 'evidence-received' }
  /** `round`: which one asked; an answer that comes a round late says nothing any more. */
  | { readonly kind: 'authorities-answered'; readonly round: number; readonly answers: Answered }
  | { readonly kind: 'decided'; readonly round: number; readonly ending: Ending }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** `opened`: as above; a round in which none could be opened any more would be a dead end. */
  | { readonly kind: 'retried'; readonly assistance: AssistanceKind; readonly opened: number }
  | { readonly kind: 'appealed' }
  | { readonly kind: 'time-passed' };

export type Rules = {
  /** Attempts allowed, and rounds too. */
  readonly attempts: number;
  /** How long a round lives, milliseconds. */
  readonly ttlMs: number;
  /** How much longer, where somebody is assisted. */
  readonly assistedMs: number;
  /** How long an ending can be taken up again, milliseconds. */
  readonly reopenMs: number;
};

export type Refused =
  | 'verification-ended'
  | 'verification-live'
  | 'state-conflict'
  | 'attempt-limit'
  | 'retry-pointless'
  | 'reopen-late';

/** The facts afterwards; the very same object when nothing changed. */
export type Step = { readonly facts: Facts; readonly refused?: Refused };

const LIVE: readonly VerificationState[] = ['created', 'waiting', 'capturing', 'matching'];

/** Whether it stands as it is until somebody takes it up again, if that is still possible. */
export const hasEnded = (state: VerificationState): boolean => !LIVE.includes(state);

/** Whether nothing can ever change it again, early or late. */
export const isFinal = (state: VerificationState): boolean =>
  state === 'verified' || state === 'cancelled' || state === 'appealed';

/** One happening further. Pure; `now` in milliseconds since 1970. */
export function step(facts: Facts, happening: Happening, now: number, rules: Rules): Step {
  if (hasEnded(facts.state)) return reopen(facts, happening, now, rules);
  const end = (ending: Ending, at = now): Facts => endAt(facts, ending, at + rules.reopenMs);
  if (now >= facts.expiresAt) {
    const ending: Ending = { outcome: 'expired', reason: 'expired', authorities: known(facts.answered) };
    const expired = end(ending, facts.expiresAt);
    return happening.kind === 'time-passed' ? { facts: expired } : { facts: expired, refused: 'verification-ended' };
  }
  switch (happening.kind) {
    case 'channel-reached':
      return facts.state === 'created' ? enter(facts, 'waiting') : conflict(facts);
    case 'assisted':
      return assist(facts, happening.assistance, rules);
    case 'attempt-opened':
      if (happening.opened >= rules.attempts) return { facts, refused: 'attempt-limit' };
      return facts.state === 'waiting' || facts.state === 'capturing' ? enter(facts, 'capturing') : conflict(facts);
    case 'evidence-received':
      return facts.state === 'capturing' ? enter(facts, 'matching') : conflict(facts);
    case 'authorities-answered':
      if (!isAsking(facts, happening.round)) return conflict(facts);
      return { facts: hear(facts, happening.answers) };
    case 'decided':
      if (!isAsking(facts, happening.round) || !isSound(happening.ending, facts.required)) return conflict(facts);
      return { facts: hear(end(happening.ending), asked(happening.ending.authorities)) };
    case 'cancelled':
      return { facts: end({ outcome: 'cancelled', reason: happening.reason, authorities: known(facts.answered) }) };
    case 'retried':
    case 'appealed':
      return { facts, refused: 'verification-live' };
    case 'time-passed':
      return { facts };
  }
}

/** What can still happen after an ending: a retry or an appeal of one that was no success, for a while. */
function reopen(facts: Facts, happening: Happening, now: number, rules: Rules): Step {
  if (isFinal(facts.state) || (happening.kind !== 'retried' && happening.kind !== 'appealed'))
    return { facts, refused: 'verification-ended' };
  if (now >= (facts.reopenUntil ?? 0)) return { facts, refused: 'reopen-late' };
  if (happening.kind === 'appealed') return enter(facts, 'appealed');
  if (!canRetry(facts.ending?.reason ?? '')) return { facts, refused: 'retry-pointless' };
  if (Math.max(facts.round, happening.opened) >= rules.attempts) return { facts, refused: 'attempt-limit' };
  const { ending: _, reopenUntil: __, ...rest } = facts;
  const round = facts.round + 1;
  const { assistance } = happening;
  const expiresAt = now + lifetimeOf(assistance, rules);
  return { facts: { ...rest, state: 'waiting', answered: {}, round, assistance, expiresAt } };
}

/** How long a round lives, milliseconds. */
export const lifetimeOf = (assistance: AssistanceKind, { ttlMs, assistedMs }: Rules): number =>
  assistance === 'none' ? ttlMs : ttlMs + assistedMs;

/** From much to little that is asked of the person. */
const LESS_AND_LESS: readonly AssistanceKind[] = ['none', 'gentle', 'attested'];

/** Only before an attempt has its plan, and never back: the time that it adds is added once. */
function assist(facts: Facts, assistance: AssistanceKind, rules: Rules): Step {
  const isOpen = facts.state === 'created' || facts.state === 'waiting';
  const isLess = LESS_AND_LESS.indexOf(assistance) > LESS_AND_LESS.indexOf(facts.assistance);
  if (!isOpen || !isLess) return conflict(facts);
  const more = lifetimeOf(assistance, rules) - lifetimeOf(facts.assistance, rules);
  return { facts: { ...facts, assistance, expiresAt: facts.expiresAt + more } };
}

const isAsking = (facts: Facts, round: number): boolean => facts.state === 'matching' && facts.round === round;

const conflict = (facts: Facts): Step => ({ facts, refused: 'state-conflict' });

const enter = (facts: Facts, state: VerificationState): Step => ({ facts: { ...facts, state } });

const endAt = (facts: Facts, ending: Ending, reopenUntil: number): Facts => ({
  ...facts,
  state: ending.outcome,
  ending,
  reopenUntil,
});

/** The first word of each counts. */
function hear(facts: Facts, answers: Answered): Facts {
  const isNews = Object.keys(answers).some((name) => facts.answered[name as AuthorityName] === undefined);
  return isNews ? { ...facts, answered: { ...answers, ...facts.answered } } : facts;
}

const asked = (authorities: Authorities): Answered =>
  Object.fromEntries(Object.entries(authorities).filter(([, outcome]) => outcome !== 'not-asked'));

/** The last gate: whatever went wrong before it, nobody is verified unless all who are required said so. */
function isSound({ outcome, authorities }: Ending, required: readonly AuthorityName[]): boolean {
  if (outcome === 'verified') return required.length > 0 && required.every((name) => authorities[name] === 'match');
  return outcome === 'rejected' || outcome === 'unavailable';
}

function known(answered: Answered): Authorities {
  return { bank: 'not-asked', police: 'not-asked', insurer: 'not-asked', ...answered };
}
