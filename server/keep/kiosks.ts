import { createHash } from 'node:crypto';
import type { World } from '../clock.ts';
import type { Store } from '../db/store.ts';
import { type ChangeDeps, changeWithin } from '../verification/change.ts';

/** SHA-256, base64url: as codes are kept and compared. */
export const hashOfCode = (code: string): string => createHash('sha256').update(code).digest('base64url');

/** No letters that are mistaken for each other when they are read from paper. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A one-time code for a new kiosk, 60 random bits as XXXX-XXXX-XXXX; only its hash is kept. */
export async function offerCode(
  { store, world }: { readonly store: Store; readonly world: World },
  { label, forMs, who }: { readonly label: string; readonly forMs: number; readonly who: string },
): Promise<{ readonly code: string; readonly expiresAt: number }> {
  const letters = [...world.random(12)].map((byte) => LETTERS[byte % LETTERS.length]!).join('');
  const code = letters.match(/.{4}/g)!.join('-');
  const now = await store.now();
  const expiresAt = now + forMs;
  await store.transaction(async ({ keeping, audit }) => {
    await keeping.offerCode({ code: hashOfCode(code), label, offered_at: now, expires_at: expiresAt });
    await audit.append({ at: now, who, what: 'enrolment-code-offered', detail: { label, minutes: forMs / 60_000 } });
  });
  return { code, expiresAt };
}

/**
 * From its commit on, no request of the kiosk is taken; what it had under way is cancelled with it, which ends its
 * streams, the capture and the decision. @returns `unknown` also for one that was revoked before.
 */
export async function revokeKiosk(
  deps: ChangeDeps,
  id: string,
  who: string,
): Promise<{ readonly kind: 'unknown' } | { readonly kind: 'revoked'; readonly cancelled?: string }> {
  const revoked = await deps.store.transaction(async (records) => {
    const now = await records.now();
    if (!(await records.keeping.revokeKiosk(id, now))) return { kind: 'unknown' } as const;
    await records.audit.append({ at: now, who, what: 'kiosk-revoked', detail: { kiosk: id } });
    const live = await records.verifications.findLive(id);
    if (!live) return { kind: 'revoked' } as const;
    const happening = { kind: 'cancelled', reason: 'cancelled' } as const;
    await changeWithin(deps, records, { id: live.id, happening, who, detail: { why: 'kiosk-revoked' } });
    return { kind: 'revoked', cancelled: live.id } as const;
  });
  if ('cancelled' in revoked && revoked.cancelled !== undefined) deps.announce(revoked.cancelled);
  return revoked;
}
