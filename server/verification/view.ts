import { isoTime } from '../clock.ts';
import {
  type Authorities,
  type AuthorityName,
  authoritiesSchema,
  canRetry,
  type Verification,
  type VerificationResult,
  type VerificationState,
} from '../contract/index.ts';
import type { VerificationRow } from '../db/tables.ts';
import { allowedOf, assistanceOf } from './helped.ts';
import { type Answered, type Facts, isFinal, lifetimeOf, type Rules } from './machine.ts';

/** What the machine has to know of a row. */
export function factsOf(row: VerificationRow): Facts {
  const facts: Facts = {
    state: row.state as VerificationState,
    expiresAt: row.expires_at,
    answered: JSON.parse(row.answered) as Answered,
    required: JSON.parse(row.required) as AuthorityName[],
    round: row.round,
    assistance: row.assistance,
    ...(row.reopen_until === null ? {} : { reopenUntil: row.reopen_until }),
  };
  if (row.outcome === null) return facts;
  const outcome = row.outcome as VerificationResult['outcome'];
  return { ...facts, ending: { outcome, reason: row.reason ?? '', authorities: authoritiesOf(row) } };
}

export const authoritiesOf = (row: VerificationRow): Authorities =>
  authoritiesSchema.parse(JSON.parse(row.authorities ?? '{}'));

/** A row as its kiosk sees it. */
export function viewOf(row: VerificationRow, rules: Rules): Verification {
  const result = resultOf(row, rules);
  const appeal = appealOf(row);
  const assistance = assistanceOf(row);
  return {
    id: row.id,
    state: row.state as VerificationState,
    till: row.till,
    sale: row.sale,
    channel: row.channel,
    purpose: row.purpose,
    ...(row.amount === null ? {} : { amount: row.amount }),
    cardholder: { name: row.cardholder_name, idNumber: row.cardholder_id },
    subject: { name: row.subject_name, idNumber: row.subject_id, who: row.who, ...relationOf(row) },
    createdAt: isoTime(row.created_at),
    expiresAt: isoTime(row.expires_at),
    lifetimeMs: lifetimeOf(row.assistance, rules),
    ...(assistance ? { assistance } : {}),
    assistable: allowedOf(row),
    round: row.round,
    rounds: rules.attempts,
    answered: Object.keys(JSON.parse(row.answered)) as AuthorityName[],
    ...(result ? { result } : {}),
    ...(appeal ? { appeal } : {}),
  };
}

export const relationOf = (row: VerificationRow) =>
  row.relation === null ? {} : { relation: JSON.parse(row.relation) };

export function appealOf(row: VerificationRow): Verification['appeal'] {
  const { appealed_by: by, appealed_at: at, appeal_decision: decision } = row;
  return by === null || at === null ? undefined : { by, at: isoTime(at), decision: decision ?? 'open' };
}

function resultOf(row: VerificationRow, rules: Rules): VerificationResult | undefined {
  if (row.outcome === null || row.receipt === null || row.decided_at === null) return undefined;
  const next = nextOf(row, rules);
  return {
    outcome: row.outcome as VerificationResult['outcome'],
    reason: row.reason ?? '',
    authorities: authoritiesOf(row),
    receipt: row.receipt,
    decidedAt: isoTime(row.decided_at),
    next,
    ...(next.length > 0 && row.reopen_until !== null ? { nextUntil: isoTime(row.reopen_until) } : {}),
    ...(row.cancelled_by === null ? {} : { cancelledBy: row.cancelled_by }),
  };
}

function nextOf(row: VerificationRow, rules: Rules): VerificationResult['next'] {
  if (isFinal(row.state as VerificationState)) return [];
  return row.round < rules.attempts && canRetry(row.reason ?? '') ? ['retry', 'appeal'] : ['appeal'];
}
