import { z } from 'zod';
import { type AuthorityName, authorityNameSchema } from '../contract/index.ts';
import type { EvidenceRow } from '../db/evidence.ts';
import type { Store } from '../db/store.ts';
import type { AttemptRow, VerificationRow } from '../db/tables.ts';
import { openAtRest, type SealDeps } from '../keep/evidence.ts';
import type { Parties } from '../people/subject.ts';
import type { Vault } from '../people/vault.ts';
import { readPlan } from '../verification/attempt.ts';
import type { Case } from './decide.ts';
import type { Answers } from './policy.ts';

export type CaseDeps = SealDeps & { readonly store: Store; readonly vault: Vault };

/** The case of evidence that was just received. */
export async function newCase(
  deps: Pick<CaseDeps, 'store' | 'vault'>,
  row: VerificationRow,
  attempt: AttemptRow,
  { evidence, receivedAt }: Pick<Case, 'evidence' | 'receivedAt'>,
): Promise<Case> {
  const { cardholder, subject, guardian } = await findParties(deps, row.id);
  const people = { cardholder, subject, ...(guardian && { guardian }) };
  const issued = { nonce: attempt.nonce, plan: readPlan(attempt.plan), openedAt: attempt.created_at };
  const required = JSON.parse(row.required) as AuthorityName[];
  const { id: verification } = row;
  return { ...people, verification, round: attempt.round, required, issued, evidence, receivedAt };
}

/** The same case again from what is kept, with what the authorities answered before. @throws ServerError */
export async function keptCase(
  deps: CaseDeps,
  row: VerificationRow,
  kept: EvidenceRow & { rest: Uint8Array },
): Promise<Case> {
  const attempt = await deps.store.attempts.find(row.id, kept.attempt);
  if (!attempt) throw new Error('the attempt of evidence at rest is gone');
  const evidence = await openAtRest(deps, kept);
  const known = await newCase(deps, row, attempt, { evidence, receivedAt: kept.received_at });
  return { ...known, answers: answersSchema.parse(JSON.parse(kept.answers)) as Answers };
}

const answersSchema = z.partialRecord(
  authorityNameSchema,
  z.object({
    outcome: z.enum(['match', 'mismatch', 'not-found', 'locked', 'unavailable']),
    code: z.string(),
    face: z.enum(['match', 'mismatch']).optional(),
  }),
);

async function findParties({ store, vault }: Pick<CaseDeps, 'store' | 'vault'>, id: string): Promise<Parties> {
  const sealed = await store.parties.of(id);
  if (!sealed) throw new Error('the people of a verification that is under way are gone');
  return vault.unseal<Parties>(id, sealed.sealed);
}
