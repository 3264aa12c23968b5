import type { Plan } from '../../liveness/contract.ts';
import { isoTime, newId, type World } from '../clock.ts';
import { type Attempt, planSchema } from '../contract/index.ts';
import type { AttemptRow, VerificationRow } from '../db/tables.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { applyChange } from './change.ts';
import type { ServiceDeps } from './deps.ts';
import { findVerification } from './find.ts';

/** How many of the latest plans, of the kiosk and of the subject, are not drawn again. */
const AVOIDED = 3;

/** Opens an attempt: a plan drawn for it alone, and a nonce. A repeated key gives the same attempt again. */
export async function openAttempt(
  deps: ServiceDeps,
  kiosk: string,
  id: string,
  idempotencyKey: string | null,
): Promise<{ readonly ok: true; readonly attempt: Attempt; readonly repeated: boolean } | Refusal> {
  const found = await findVerification(deps, kiosk, id);
  if (!found.ok) return found;
  const earlier = await deps.store.attempts.of(id);
  const same = earlier.find((attempt) => idempotencyKey !== null && attempt.idempotency_key === idempotencyKey);
  if (same) return { ok: true, attempt: attemptView(same), repeated: true };
  const row = await newAttempt(deps, found.row, idempotencyKey, await deps.store.now());
  const changed = await applyChange(deps, {
    id,
    who: `kiosk:${kiosk}`,
    happening: async (records) => {
      const opened = (await records.attempts.of(id)).length;
      return { kind: 'attempt-opened', opened };
    },
    detail: { attempt: row.id },
    also: async (records, { round, expires_at }) => {
      const number = (await records.attempts.of(id)).length + 1;
      await records.attempts.insert({ ...row, number, round, expires_at });
      return undefined;
    },
  });
  if (!changed) return refuse('verification-unknown');
  return (
    changed.refused ?? {
      ok: true,
      attempt: attemptView({ ...row, expires_at: changed.row.expires_at }),
      repeated: false,
    }
  );
}

/** A new attempt, not yet kept; it lives as long as its verification. */
async function newAttempt(
  deps: Pick<ServiceDeps, 'store' | 'world' | 'drawPlan'>,
  verification: VerificationRow,
  idempotencyKey: string | null,
  now: number,
): Promise<AttemptRow> {
  const { id, kiosk, person, round, expires_at } = verification;
  const avoid = (await deps.store.attempts.recentPlans(kiosk, person, AVOIDED)).map(readPlan);
  return {
    id: newId(deps.world),
    verification: id,
    kiosk,
    person,
    number: 1,
    round,
    idempotency_key: idempotencyKey,
    nonce: newId(deps.world),
    plan: JSON.stringify(deps.drawPlan(() => chance(deps.world), avoid)),
    created_at: now,
    expires_at,
    evidence: null,
    used_at: null,
  };
}

export const readPlan = (json: string): Plan => planSchema.parse(JSON.parse(json));

/** Uniform in [0, 1), 48 bits of it. */
const chance = (world: World): number => Buffer.from(world.random(6)).readUIntBE(0, 6) / 2 ** 48;

export function attemptView(row: AttemptRow): Attempt {
  return {
    id: row.id,
    verification: row.verification,
    nonce: row.nonce,
    plan: planSchema.parse(JSON.parse(row.plan)),
    expiresAt: isoTime(row.expires_at),
  };
}
