import type { CancelRequest } from '../contract/index.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { applyChange, type ChangeDeps } from './change.ts';
import { type Found, findVerification } from './find.ts';

/** Ends a verification early. Cancelling twice is one cancellation. */
export async function cancelVerification(
  deps: ChangeDeps,
  kiosk: string,
  id: string,
  { by, reason }: CancelRequest,
): Promise<Found | Refusal> {
  const found = await findVerification(deps, kiosk, id);
  if (!found.ok || found.row.state === 'cancelled') return found;
  const changed = await applyChange(deps, {
    id,
    happening: { kind: 'cancelled', reason },
    who: `kiosk:${kiosk}`,
    detail: { by },
    columns: () => ({ cancelled_by: by }),
  });
  if (!changed) return refuse('verification-unknown');
  if (changed.refused && changed.row.state !== 'cancelled') return changed.refused;
  return { ok: true, row: changed.row };
}
