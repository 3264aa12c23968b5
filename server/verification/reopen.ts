import type { AppealRequest, RetryRequest } from '../contract/index.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { applyChange, type ChangeDeps } from './change.ts';
import { expire, type Found, findVerification } from './find.ts';
import { allowedOf, helpedAgain, helpedBy, isSame, refuseForbidden, toldOf } from './helped.ts';

/** Begins another round of one that ended without success. Asking twice begins one. */
export async function retryVerification(
  deps: ChangeDeps,
  kiosk: string,
  id: string,
  { assistance }: RetryRequest,
): Promise<Found | Refusal> {
  const found = await findVerification(deps, kiosk, id);
  if (!found.ok) return found;
  const { row } = found;
  // The answer to the first request was lost: the round that it began has not been used yet.
  if (row.state === 'waiting' && row.round > 1)
    return assistance && !isSame(row, helpedBy(assistance)) ? refuse('verification-live') : found;
  const helped = assistance ? helpedBy(assistance) : helpedAgain(row);
  const forbidden = refuseForbidden(helped.assistance, allowedOf(row));
  if (forbidden) return forbidden;
  const live = await deps.store.verifications.findLive(kiosk);
  if (live && live.expires_at <= (await deps.store.now())) await expire(deps, live.id);
  const changed = await applyChange(deps, {
    id,
    happening: async (records) => {
      const opened = (await records.attempts.of(id)).length;
      return { kind: 'retried', assistance: helped.assistance, opened };
    },
    who: `kiosk:${kiosk}`,
    detail: { round: row.round + 1, ...toldOf(helped) },
    columns: () => helped,
    also: async (records) => {
      const other = await records.verifications.findLive(kiosk);
      return other && other.id !== id ? refuse('kiosk-busy') : undefined;
    },
  });
  if (!changed) return refuse('verification-unknown');
  const meanwhile = changed.row.state === 'waiting' && changed.row.round === row.round + 1;
  return changed.refused && !meanwhile ? changed.refused : { ok: true, row: changed.row };
}

/** Contests a refusal: it is kept for a person to look at. Appealing twice is one appeal. */
export async function appealVerification(
  deps: ChangeDeps,
  kiosk: string,
  id: string,
  { by }: AppealRequest,
): Promise<Found | Refusal> {
  const found = await findVerification(deps, kiosk, id);
  if (!found.ok || found.row.state === 'appealed') return found;
  const changed = await applyChange(deps, {
    id,
    happening: { kind: 'appealed' },
    who: `kiosk:${kiosk}`,
    detail: { by },
    columns: (now) => ({ appealed_by: by, appealed_at: now, appeal_decision: 'open' }),
  });
  if (!changed) return refuse('verification-unknown');
  if (changed.refused && changed.row.state !== 'appealed') return changed.refused;
  return { ok: true, row: changed.row };
}
