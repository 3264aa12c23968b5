import { newId, type World } from '../clock.ts';
import type { AuthorityName, Outcome } from '../contract/index.ts';
import type { Receipt } from '../contract/receipt.ts';
import type { VerificationRow } from '../db/tables.ts';
import { assistanceOf } from './helped.ts';
import { appealOf, authoritiesOf, relationOf } from './view.ts';

export type Sign = (receipt: Omit<Receipt, 'iss'>) => string;

type ReceiptDeps = { readonly sign: Sign; readonly world: World; readonly policy: string };

/** The receipt of a verification that has ended. @param now milliseconds since 1970. */
export function writeReceipt(deps: ReceiptDeps, row: VerificationRow, store: string, now: number): string {
  const appeal = appealOf(row);
  const assistance = assistanceOf(row);
  return deps.sign({
    jti: newId(deps.world),
    iat: Math.floor(now / 1000),
    verification: row.id,
    created: Math.floor(row.created_at / 1000),
    round: row.round,
    sale: row.sale,
    till: row.till,
    kiosk: row.kiosk,
    store,
    channel: row.channel,
    purpose: row.purpose,
    ...(row.amount === null ? {} : { amount: row.amount }),
    outcome: row.outcome as Outcome,
    reason: row.reason ?? '',
    authorities: authoritiesOf(row),
    required: JSON.parse(row.required) as AuthorityName[],
    cardholder: { name: row.cardholder_name, idNumber: row.cardholder_id },
    subject: { name: row.subject_name, idNumber: row.subject_id, ...relationOf(row) },
    ...(row.guardian === null ? {} : { guardian: JSON.parse(row.guardian) }),
    by_hand: row.who === 'by-hand',
    ...(assistance ? { assistance } : {}),
    ...(row.cancelled_by === null ? {} : { cancelled_by: row.cancelled_by }),
    ...(appeal ? { appeal } : {}),
    policy: deps.policy,
  });
}
