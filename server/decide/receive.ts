import type { JWK } from 'jose';
import type { AuthorityName } from '../contract/index.ts';
import { type OpenedEvidence, openEvidence } from '../contract/seal.ts';
import type { AttemptRow, KioskRow, VerificationRow } from '../db/tables.ts';
import type { Parties } from '../people/subject.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { readPlan } from '../verification/attempt.ts';
import { applyChange } from '../verification/change.ts';
import type { ServiceDeps } from '../verification/deps.ts';
import { type Found, findVerification } from '../verification/find.ts';
import type { Case } from './decide.ts';

export type ReceiveDeps = ServiceDeps & {
  readonly evidenceKeys: readonly JWK[];
  /** Goes on with the decision after the answer to the kiosk. */
  readonly start: (question: Case) => void;
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
  const attempt = await deps.store.attempts.find(address.verification, address.attempt);
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
  const { cardholder, subject } = await findParties(deps, found.row);
  const taken = await take(deps, kiosk.id, attempt, fingerprint);
  if (!taken.ok) return taken;
  const issued = { nonce: attempt.nonce, plan: readPlan(attempt.plan), openedAt: attempt.created_at };
  const required = JSON.parse(found.row.required) as AuthorityName[];
  const { verification, round } = attempt;
  deps.start({ verification, round, cardholder, subject, required, issued, evidence, receivedAt });
  return taken;
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

async function take(
  deps: ReceiveDeps,
  kiosk: string,
  attempt: AttemptRow,
  fingerprint: string,
): Promise<Found | Refusal> {
  const changed = await applyChange(deps, {
    id: attempt.verification,
    who: `kiosk:${kiosk}`,
    happening: { kind: 'evidence-received' },
    detail: { attempt: attempt.id },
    also: async (records) => {
      const first = await records.attempts.use(attempt.id, fingerprint, await records.now());
      return first ? undefined : refuse('attempt-used');
    },
  });
  if (!changed) return refuse('verification-unknown');
  return changed.refused ?? { ok: true, row: changed.row };
}

async function findParties(deps: ReceiveDeps, row: VerificationRow): Promise<Parties> {
  const sealed = await deps.store.parties.of(row.id);
  if (!sealed) throw new Error('the people of a verification that is under way are gone');
  return deps.vault.unseal<Parties>(row.id, sealed.sealed);
}
