import type { Assistance, News, Outcome, Problem, View } from '../contract.ts';

/** Exit codes, see arguments.ts. */
export const EXIT = {
  verified: 0,
  rejected: 3,
  expired: 4,
  cancelled: 5,
  unavailable: 6,
  unknown: 7,
  none: 8,
  refused: 9,
  receipt: 10,
} as const;

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  verified: 'VERIFIED: the sale may go on',
  rejected: 'REJECTED',
  expired: 'EXPIRED: it was not finished in time',
  cancelled: 'CANCELLED',
  unavailable: 'NOT DECIDED: something that is needed cannot be had now',
};

const STEPS: Readonly<Record<string, string>> = {
  asked: 'waiting for the person’s consent',
  consent: 'the person agreed',
  look: 'looking at the kiosk',
  between: 'looking straight ahead',
  'turn-left': 'turning left',
  'turn-right': 'turning right',
  'nod-down': 'lowering the head',
  'nod-up': 'raising the head',
  matching: 'comparing with the registers',
};

/** One line about what happens; nothing where there is nothing to say. */
export function describeNews(news: News): string | undefined {
  if (news.event === 'queued') return `another one is served: place ${news.data.place} in the queue`;
  if (news.event === 'retry') return `round ${news.data.round}`;
  if (news.event === 'wish') return 'the person says that turning or nodding is hard';
  if (news.event === 'assistance') return describeAssistance(news.data);
  if (news.event !== 'step') return undefined;
  const { step, done, of, answered } = news.data;
  const count = of === undefined ? '' : ` (${done} of ${of} done)`;
  const who = answered && answered.length > 0 ? `: ${answered.join(', ')}` : '';
  return `${STEPS[step] ?? step}${count}${who}`;
}

export const describeAssistance = (given: Assistance): string =>
  given.kind === 'attested' ? `no motions: ${given.by} vouched` : 'smaller motions, more time';

export function describeView(view: View): string {
  const { outcome, reason, next = [], refusal, subject, round, rounds, state } = view;
  const who = subject.name === '' ? '' : `${subject.name} ${subject.idNumber}`;
  if (!outcome) return [`${state}: no outcome yet`, who].filter(Boolean).join('\n');
  const lines = [
    `${OUTCOMES[outcome]} (${reason}${refusal ? `, ${refusal}` : ''})`,
    view.message ?? '',
    who,
    view.assistance ? describeAssistance(view.assistance) : '',
    rounds > 0 && round > 1 ? `round ${round} of ${rounds}` : '',
    next.length > 0 ? `what may follow: ${next.join(', ')}` : '',
    view.appeal ? `contested by the ${view.appeal.by}: ${view.appeal.decision}` : '',
  ];
  return lines.filter(Boolean).join('\n');
}

export function describeProblem({ code, title, detail, issues = [], busy }: Problem): string {
  const told = [title, detail].filter(Boolean).join(': ');
  const which = issues.map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  const who = busy ? `\n  ${busy.own ? 'this till' : busy.till}${busy.until ? ` until ${busy.until}` : ''}` : '';
  return `${code}${told ? `: ${told}` : ''}${which}${who}`;
}

/** Nobody knows: the same may be asked again without harm. */
const UNKNOWN = ['outcome-unknown', 'kiosk-unreachable', 'aborted'];
export const exitOfProblem = ({ code }: Problem): number => (UNKNOWN.includes(code) ? EXIT.unknown : EXIT.refused);
export const exitOfView = ({ outcome }: View): number => (outcome ? EXIT[outcome] : EXIT.unknown);
