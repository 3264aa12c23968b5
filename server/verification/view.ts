import { isoTime } from '../clock.ts';
import {
  type Authorities,
  type AuthorityName,
  authoritiesSchema,
  type Verification,
  type VerificationResult,
  type VerificationState,
} from '../contract/index.ts';
import type { VerificationRow } from '../db/tables.ts';
import type { Answered, Facts } from './machine.ts';

/** What the machine has to know of a row. */
export function factsOf(row: VerificationRow): Facts {
  const facts: Facts = {
    state: row.state as VerificationState,
    expiresAt: row.expires_at,
    answered: JSON.parse(row.answered) as Answered,
  };
  const result = resultOf(row);
  return result ? { ...facts, ending: result } : facts;
}

/** A row as its kiosk sees it. */
export function viewOf(row: VerificationRow): Verification {
  const result = resultOf(row);
  return {
    id: row.id,
    state: row.state as VerificationState,
    till: row.till,
    sale: row.sale,
    channel: row.channel,
    subject: { name: row.subject_name, idNumber: row.subject_id },
    createdAt: isoTime(row.created_at),
    expiresAt: isoTime(row.expires_at),
    answered: Object.keys(JSON.parse(row.answered)) as AuthorityName[],
    ...(result ? { result } : {}),
  };
}

function resultOf(row: VerificationRow): VerificationResult | undefined {
  if (row.outcome === null || row.receipt === null || row.decided_at === null) return undefined;
  return {
    outcome: row.outcome as VerificationResult['outcome'],
    reason: row.reason ?? '',
    authorities: authoritiesSchema.parse(JSON.parse(row.authorities ?? '{}')) as Authorities,
    receipt: row.receipt,
    decidedAt: isoTime(row.decided_at),
  };
}
