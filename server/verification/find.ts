import { isId } from '../clock.ts';
import type { VerificationRow } from '../db/tables.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { applyChange, type ChangeDeps } from './change.ts';
import { hasEnded } from './machine.ts';
import { factsOf } from './view.ts';

export type Found = { readonly ok: true; readonly row: VerificationRow };

/** One of the kiosk's own; another kiosk's does not exist for it. What is overdue has expired, swept or not. */
export async function findVerification(deps: ChangeDeps, kiosk: string, id: string): Promise<Found | Refusal> {
  const row = isId(id) ? await deps.store.verifications.find(id) : undefined;
  if (row?.kiosk !== kiosk) return refuse('verification-unknown');
  const { state, expiresAt } = factsOf(row);
  if (hasEnded(state) || (await deps.store.now()) < expiresAt) return { ok: true, row };
  return { ok: true, row: (await expire(deps, id)) ?? row };
}

/** Ends what is overdue; a no-op otherwise. */
export async function expire(deps: ChangeDeps, id: string): Promise<VerificationRow | undefined> {
  const changed = await applyChange(deps, { id, happening: { kind: 'time-passed' }, who: 'backend' });
  return changed?.row;
}
