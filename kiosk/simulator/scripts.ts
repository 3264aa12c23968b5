import { REASONS, type Reason } from '../../server/contract/reasons.ts';
import type { Authorities, Outcome } from '../../server/contract/schemas.ts';

/** What happens to the line between till and kiosk. */
export type Fault = 'none' | 'cut-before-answer' | 'cut-while-running' | 'cut-at-outcome' | 'restart';

/** What becomes of a verification, told by its sale reference. Times are milliseconds. */
export type Script = {
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** Where it ends: before the consent, during the motions, or at the authorities. */
  readonly ends: 'asked' | 'motions' | 'matching';
  /** The second round is verified. */
  readonly mends?: boolean;
  readonly fault?: Fault;
  /** Takes longer: the answer to the question, and each step. */
  readonly slow?: boolean;
  /** Before it begins: who has the counter, what is missing. */
  readonly before?: 'busy' | 'queue' | 'camera-missing' | 'backend-unreachable' | 'person-unknown' | 'no-assistance';
  /** What is wrong with the receipt. */
  readonly receipt?: 'forged' | 'other-word';
};

export type Row = { readonly name: string; readonly what: string; readonly script: Script };

/** What every magic sale reference begins with. */
const PREFIX = 'SIM-';

export const VERIFIED: Script = { outcome: 'verified', reason: 'matched', ends: 'matching' };

const special: readonly Row[] = [
  row('VERIFIED', 'verified, as any reference that is not in this table', {}),
  row('EXPIRED', 'nobody comes: expired after the lifetime', { outcome: 'expired', reason: 'expired', ends: 'asked' }),
  row('CONSENT-REFUSED', 'the person does not agree: cancelled', ended('cancelled', 'consent-refused', 'asked')),
  row('RETRY', 'a motion is not seen in time; verified in the second round', {
    ...refused('liveness-challenge-timeout'),
    mends: true,
  }),
  row('EXPIRED-RETRY', 'nobody comes; verified in the second round', {
    outcome: 'expired',
    reason: 'expired',
    ends: 'asked',
    mends: true,
  }),
  row('APPEAL', 'the police registry has another face: may be retried and appealed', refused('police-face-mismatch')),
  row('SLOW', 'every step, and the answer to the question, takes four times as long', { slow: true }),
  row('BUSY', 'other tills have the counter and the queue: 409 kiosk-busy for some seconds', { before: 'busy' }),
  row('QUEUE', 'another till has the counter: this one waits in the queue', { before: 'queue' }),
  row('NO-CAMERA', 'the camera is pulled out for 5 s: 503 camera-missing, verified when asked again after that', {
    before: 'camera-missing',
  }),
  row('NO-BACKEND', 'the backend is away for 5 s: 503 backend-unreachable, verified when asked again after that', {
    before: 'backend-unreachable',
  }),
  row('PERSON-UNKNOWN', 'nobody is known under this number: 404 person-unknown', { before: 'person-unknown' }),
  row(
    'NO-ASSISTANCE',
    'the policy allows nobody less motion: with `assistance` 422 assistance-not-allowed, else verified',
    {
      before: 'no-assistance',
    },
  ),
  row(
    'CAMERA-MISSING',
    'the camera is pulled out during the motions: cancelled',
    ended('cancelled', 'camera-missing', 'motions'),
  ),
  row('CUT-BEFORE', 'the line is cut before the question is answered, for 3 s; then verified', {
    fault: 'cut-before-answer',
  }),
  row('CUT-DURING', 'the line is cut while the person turns, for 3 s; then verified', { fault: 'cut-while-running' }),
  row('CUT-AFTER', 'the line is cut as the outcome is told, for 3 s: verified', { fault: 'cut-at-outcome' }),
  row('RESTART', 'the kiosk is switched off and on while the person turns: cancelled, kiosk-fault', {
    ...ended('cancelled', 'kiosk-fault', 'motions'),
    fault: 'restart',
  }),
  row('RECEIPT-FORGED', 'verified, but a stranger signed the receipt: a till must not believe it', {
    receipt: 'forged',
  }),
  row('RECEIPT-WRONG', 'what the backend said and what it signed differ: unavailable', { receipt: 'other-word' }),
];

/** Every reason that an outcome may have, under its own name. */
const reasons: readonly Row[] = REASONS.filter((reason) =>
  /^(liveness|evidence|police|guardian|insurer|bank|models|backend)-/.test(reason),
).map((reason) => row(reason.toUpperCase(), `${outcomeOf(reason)}: ${reason}`, refused(reason)));

/** What the simulator can be told, in the order in which it is shown. */
export const TABLE: readonly Row[] = [...special, ...reasons];

/**
 * The script of a sale: `SIM-EXPIRED`, or `SIM-EXPIRED.17` where a reference has to be new. Anything else is verified.
 */
export function scriptOf(sale: string): Script {
  const name = sale.toUpperCase().split('.')[0];
  return TABLE.find((one) => one.name === name)?.script ?? VERIFIED;
}

/** Whose word it was; the others agree, or were not asked. */
export function authoritiesOf({ reason, ends, outcome }: Script): Authorities {
  const all = (word: 'match' | 'not-asked') => ({ bank: word, police: word, insurer: word }) as const;
  const named = (['bank', 'police', 'insurer'] as const).find((one) => reason.startsWith(`${one}-`));
  const name = reason === 'guardian-mismatch' ? 'police' : named;
  if (ends !== 'matching' || (!name && outcome !== 'verified')) return all('not-asked');
  const said = (['not-found', 'locked', 'unavailable'] as const).find((word) => reason.endsWith(word)) ?? 'mismatch';
  return name ? { ...all('match'), [name]: said } : all('match');
}

function row(name: string, what: string, script: Partial<Script>): Row {
  return { name: PREFIX + name, what, script: { ...VERIFIED, ...script } };
}

function ended(outcome: Outcome, reason: Reason, ends: Script['ends']): Partial<Script> {
  return { outcome, reason, ends };
}

function outcomeOf(reason: Reason): Outcome {
  return /-unavailable$|-fault$/.test(reason) ? 'unavailable' : 'rejected';
}

function refused(reason: Reason): Partial<Script> {
  return { outcome: outcomeOf(reason), reason, ends: 'matching' };
}
