import type { AssistanceRequest } from '../contract/index.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { applyChange, type ChangeDeps } from './change.ts';
import { type Found, findVerification } from './find.ts';
import { allowedOf, helpedBy, isSame, refuseForbidden, toldOf } from './helped.ts';

/** Asks less of the person, before an attempt was opened; never more. Asking twice is once. */
export async function assistVerification(
  deps: ChangeDeps,
  kiosk: string,
  id: string,
  asked: AssistanceRequest,
): Promise<Found | Refusal> {
  const found = await findVerification(deps, kiosk, id);
  if (!found.ok) return found;
  const helped = helpedBy(asked);
  const forbidden = refuseForbidden(helped.assistance, allowedOf(found.row));
  if (forbidden) return forbidden;
  if (isSame(found.row, helped)) return found;
  const changed = await applyChange(deps, {
    id,
    happening: { kind: 'assisted', assistance: helped.assistance },
    who: `kiosk:${kiosk}`,
    detail: toldOf(helped),
    columns: () => helped,
  });
  if (!changed) return refuse('verification-unknown');
  return changed.refused && !isSame(changed.row, helped) ? changed.refused : { ok: true, row: changed.row };
}
