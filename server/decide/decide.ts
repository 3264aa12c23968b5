import type { Observation, Plan, Verdict } from '../../liveness/contract.ts';
import { ModelError } from '../../models/contract.ts';
import type { Authority, Person } from '../authorities/contract.ts';
import { type AuthorityName, type Evidence, livenessReason, type Reason } from '../contract/index.ts';
import type { Eyes } from '../models.ts';
import type { Ending } from '../verification/machine.ts';
import { type Asking, askAuthorities } from './ask.ts';
import { checkEvidence, type Issued } from './check-evidence.ts';
import { type Answers, decideMatch, NOBODY_ASKED } from './policy.ts';
import { checkStill } from './still.ts';

export type DecideDeps = {
  readonly judge: (plan: Plan, transcript: readonly Observation[]) => Verdict;
  /** @throws ModelError while there are none. */
  readonly models: () => Promise<Eyes>;
  readonly authorities: readonly Authority[];
};

/** One question with all that is needed to answer it. */
export type Case = {
  readonly verification: string;
  /** Of the verification: what is decided counts for this one only. */
  readonly round: number;
  readonly cardholder: Person;
  /** Who stands at the counter. */
  readonly subject: Person;
  /** Who consented for a subject under 14. */
  readonly guardian?: Person;
  readonly required: readonly AuthorityName[];
  readonly issued: Issued;
  readonly evidence: Evidence;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** What authorities answered before the process that asked them was gone: they are not asked again. */
  readonly answers?: Answers;
};

/** The ending, and words for the audit that say how it came about: no name, no ID number. */
export type Decision = { readonly ending: Ending; readonly note?: string };

/** Decides. Never rejects, and never says `verified` because something went wrong. */
export async function decide(question: Case, deps: DecideDeps, asking: Asking): Promise<Decision> {
  try {
    return await weigh(question, deps, asking);
  } catch (error) {
    const reason = error instanceof ModelError ? 'models-unavailable' : 'backend-fault';
    const note = error instanceof ModelError ? error.code : error instanceof Error ? error.name : 'thrown';
    return { ending: { outcome: 'unavailable', reason, authorities: NOBODY_ASKED }, note };
  }
}

async function weigh(question: Case, deps: DecideDeps, asking: Asking): Promise<Decision> {
  const { evidence, issued, cardholder, subject, guardian, required, verification } = question;
  const foreign = checkEvidence(evidence, issued, question.receivedAt);
  if (foreign) return rejected(foreign);
  const verdict = deps.judge(issued.plan, evidence.transcript);
  if (!verdict.live) {
    const [first] = verdict.reasons;
    if (!first) throw new Error('a verdict without a reason');
    return rejected(livenessReason(first), why(verdict));
  }
  if (!evidence.still) return rejected('liveness-no-frontal-still');
  if (evidence.still.seq !== verdict.still) return rejected('evidence-still-rejected', 'another frame');
  const still = new Uint8Array(Buffer.from(evidence.still.jpeg, 'base64'));
  const checked = await checkStill(still, verdict.still, evidence.transcript, await deps.models());
  if (!checked.ok) return rejected('evidence-still-rejected', checked.why);
  const asked = { cardholder, subject, ...(guardian && { guardian }), still, verification };
  const { answers: before = {} } = question;
  const unasked = required.filter((name) => before[name] === undefined);
  const answers = await askAuthorities(deps.authorities, unasked, asked, asking);
  return { ending: decideMatch({ ...before, ...answers }, required) };
}

function rejected(reason: Reason, note?: string): Decision {
  const ending: Ending = { outcome: 'rejected', reason, authorities: NOBODY_ASKED };
  return note === undefined ? { ending } : { ending, note };
}

/** The reasons, and the signals that did not pass with value and bar: what an auditor asks for, and nobody else is told. */
function why({ reasons, signals }: Exclude<Verdict, { live: true }>): string {
  const failed = signals.filter(({ passed }) => !passed).map(({ name, value, bar }) => `${name} ${value} (bar ${bar})`);
  return [reasons.join(' '), ...failed].join('; ');
}
