import type { JWK } from 'jose';
import { isId } from '../clock.ts';
import { type OpenedEvidence, openEvidence } from '../contract/seal.ts';
import type { AttemptRow, KioskRow } from '../db/tables.ts';
import { type SealDeps, type SealedEvidence, sealAtRest } from '../keep/evidence.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { applyChange } from '../verification/change.ts';
import type { ServiceDeps } from '../verification/deps.ts';
import { type Found, findVerification } from '../verification/find.ts';
import { newCase } from './case.ts';
import type { Case } from './decide.ts';

export type ReceiveDeps = ServiceDeps &
  SealDeps & {
    readonly evidenceKeys: readonly JWK[];
    /** Goes on with the decision after the answer to the kiosk. */
    readonly start: (question: Case) => void;
    /** This process, and how long a decision is its own without a word from it, milliseconds. */
    readonly holder: string;
    readonly leaseMs: number;
  };

/** Takes an attempt's evidence: opened, checked to be this attempt's, used once. The decision goes on by itself. */
export async function receiveEvidence(
  deps: ReceiveDeps,
  kiosk: KioskRow,
  address: { readonly verification: string; readonly attempt: string },
  jwe: string,
): Promise<Found | Refusal> {
  const receivedAt = await deps.store.now();
  const found = await findVerification(deps, kiosk.id, address.verification);
  if (!found.ok) return found;
  const { verification, attempt: id } = address;
  const attempt = isId(id) ? await deps.store.attempts.find(verification, id) : undefined;
  if (!attempt) return refuse('attempt-unknown');
  const fingerprint = deps.vault.fingerprint('evidence', jwe);
  // The answer to the first one may have been lost on its way.
  if (attempt.evidence === fingerprint) return found;
  if (attempt.evidence !== null) return refuse('attempt-used');
  // Nobody may choose among several open plans the one that suits a recording.
  const latest = (await deps.store.attempts.of(attempt.verification)).at(-1);
  if (latest?.id !== attempt.id) return refuse('attempt-superseded');
  const opened = await open(deps, kiosk, jwe);
  if (!opened.ok) {
    await report(deps, kiosk.id, attempt, opened.code);
    return refuse(opened.code, opened.message);
  }
  const { evidence } = opened;
  if (evidence.verification !== attempt.verification || evidence.attempt !== attempt.id) {
    await report(deps, kiosk.id, attempt, 'evidence-foreign');
    return refuse('evidence-foreign');
  }
  const question = await newCase(deps, found.row, attempt, { evidence, receivedAt });
  const sealed = await sealAtRest(deps, evidence);
  const taken = await take(deps, kiosk.id, attempt, { fingerprint, receivedAt, sealed });
  if (taken.ok) deps.start(question);
  if (taken.ok || taken.code !== 'attempt-used') return taken;
  // The very same may have come twice at the same time.
  const now = await deps.store.attempts.find(attempt.verification, attempt.id);
  return now?.evidence === fingerprint ? found : taken;
}

function open(deps: ReceiveDeps, kiosk: KioskRow, jwe: string): Promise<OpenedEvidence> {
  const kioskKey: JWK = { kty: 'OKP', crv: 'Ed25519', x: kiosk.key };
  return openEvidence(jwe, { privateKeys: deps.evidenceKeys, kioskKey, kioskId: kiosk.id });
}

async function report(deps: ReceiveDeps, kiosk: string, attempt: AttemptRow, code: string): Promise<void> {
  await deps.store.audit.append({
    at: await deps.store.now(),
    who: `kiosk:${kiosk}`,
    what: 'evidence-refused',
    verification: attempt.verification,
    detail: { attempt: attempt.id, code },
  });
}

type Received = { readonly fingerprint: string; readonly receivedAt: number; readonly sealed: SealedEvidence };

/** Uses the attempt up and keeps its evidence, all or nothing: from here on, whatever happens, it will be decided. */
async function take(
  deps: ReceiveDeps,
  kiosk: string,
  { id: attempt, verification, round }: AttemptRow,
  { fingerprint, receivedAt, sealed }: Received,
): Promise<Found | Refusal> {
  const changed = await applyChange(deps, {
    id: verification,
    who: `kiosk:${kiosk}`,
    happening: { kind: 'evidence-received' },
    detail: { attempt },
    also: async (records, { expires_at }) => {
      const now = await records.now();
      if (!(await records.attempts.use(attempt, fingerprint, now))) return refuse('attempt-used');
      const lease = { holder: deps.holder, lease_until: now + deps.leaseMs };
      const keep_until = expires_at + deps.rules.reopenMs;
      const of = { verification, round, received_at: receivedAt };
      await records.evidence.put({ ...sealed, ...of, ...lease, answers: '{}', keep_until });
      return undefined;
    },
  });
  if (!changed) return refuse('verification-unknown');
  return changed.refused ?? { ok: true, row: changed.row };
}
