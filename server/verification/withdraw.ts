import type { WithdrawRequest } from '../contract/index.ts';
import type { VerificationRow } from '../db/tables.ts';
import type { ChangeDeps } from './change.ts';
import { findVerification } from './find.ts';

/**
 * A kiosk that does not know what came of its question: the verification, or undefined when there is none. Then a
 * request of it that is still on its way makes none either, however late it comes.
 */
export async function withdrawQuestion(
  deps: ChangeDeps,
  kiosk: string,
  { till, key }: WithdrawRequest,
): Promise<VerificationRow | undefined> {
  const row = await deps.store.transaction(async ({ verifications, now }) => {
    const asked = await verifications.findAsked(kiosk, till, key);
    if (!asked) await verifications.withdraw(kiosk, till, key, await now());
    return asked;
  });
  const found = row && (await findVerification(deps, kiosk, row.id));
  return found?.ok ? found.row : row;
}
