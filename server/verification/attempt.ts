import type { Plan } from '../../liveness/contract.ts';
import { isoTime, newId, type World } from '../clock.ts';
import { type Attempt, planSchema } from '../contract/index.ts';
import type { Records } from '../db/store.ts';
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
  const attempt = newId(deps.world);
  let opened: AttemptRow | undefined;
  const changed = await applyChange(deps, {
    id,
    who: `kiosk:${kiosk}`,
    happening: async (records) => ({ kind: 'attempt-opened', opened: (await records.attempts.of(id)).length }),
    detail: { attempt },
    also: async (records, row) => {
      // Drawn for the verification as it is held here: nobody changes how it is assisted meanwhile.
      opened = await newAttempt(deps, records, row, { id: attempt, idempotency_key: idempotencyKey });
      await records.attempts.insert(opened);
      return undefined;
    },
  });
  if (!changed) return refuse('verification-unknown');
  return changed.refused ?? { ok: true, attempt: attemptView(opened!), repeated: false };
}

/** A new attempt, not yet kept; it lives as long as its verification. */
async function newAttempt(
  { world, drawPlan }: Pick<ServiceDeps, 'world' | 'drawPlan'>,
  { attempts, now }: Pick<Records, 'attempts' | 'now'>,
  { id: verification, kiosk, person, round, expires_at, assistance }: VerificationRow,
  known: Pick<AttemptRow, 'id' | 'idempotency_key'>,
): Promise<AttemptRow> {
  const avoid = (await attempts.recentPlans(kiosk, person, AVOIDED)).map(readPlan);
  const number = (await attempts.of(verification)).length + 1;
  const plan = drawPlan(() => chance(world), avoid, assistance);
  return {
    ...known,
    verification,
    kiosk,
    person,
    number,
    round,
    nonce: newId(world),
    plan: JSON.stringify(plan),
    created_at: await now(),
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
