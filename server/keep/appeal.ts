import type { Records } from '../db/store.ts';
import type { VerificationRow } from '../db/tables.ts';
import { type ChangeDeps, eventOf } from '../verification/change.ts';
import { writeReceipt } from '../verification/receipt.ts';
import { openStill, type SealDeps } from './evidence.ts';

/** `upheld`: the appeal was right, the refusal was not. */
export type AppealDecision = 'upheld' | 'dismissed';

export type Decided =
  | { readonly ok: true; readonly row: VerificationRow }
  | { readonly ok: false; readonly code: 'verification-unknown' | 'appeal-not-open' };

/**
 * A person decides an appeal: the verification stays `appealed`, with the decision in its view and in a new receipt; the
 * evidence, and the people behind it, go in the same transaction.
 * @param who for the audit: `operator:NAME`.
 */
export async function decideAppeal(
  deps: Pick<ChangeDeps, 'store' | 'sign' | 'world' | 'policy' | 'rules' | 'announce'>,
  id: string,
  decision: AppealDecision,
  who: string,
): Promise<Decided> {
  const decided = await deps.store.transaction(async (records): Promise<Decided> => {
    const row = await records.verifications.find(id);
    if (!row) return { ok: false, code: 'verification-unknown' };
    const now = await records.now();
    const next = { ...row, appeal_decision: decision, revision: row.revision + 1 };
    const store = (await records.kiosks.find(row.kiosk))?.store ?? '';
    const after = { ...next, receipt: writeReceipt(deps, next, store, now) };
    if (!(await records.keeping.decideAppeal(row, after))) return { ok: false, code: 'appeal-not-open' };
    await records.verifications.addEvent(eventOf(after, deps.rules));
    await letGo(records, id, now);
    const line = { at: now, who, what: 'appeal-decided', verification: id };
    await records.audit.append({ ...line, detail: { decision } });
    return { ok: true, row: after };
  });
  if (decided.ok) deps.announce(id);
  return decided;
}

/** Nobody needs them any more. */
async function letGo(records: Records, id: string, now: number): Promise<void> {
  await records.evidence.drop(id);
  await records.parties.keepUntil(id, now - 1);
}

/** The picture of an open appeal, for the person who decides; that they saw it stands in the audit first. */
export async function showStill(
  deps: SealDeps & Pick<ChangeDeps, 'store'>,
  id: string,
  who: string,
): Promise<Uint8Array | undefined> {
  const row = await deps.store.verifications.find(id);
  if (row?.appeal_decision !== 'open') return undefined;
  const kept = await deps.store.evidence.find(id);
  const still = kept && openStill(deps, kept);
  if (!still) return undefined;
  await deps.store.audit.append({ at: await deps.store.now(), who, what: 'appeal-still-shown', verification: id });
  return still;
}
