import type { Person } from '../authorities/contract.ts';
import type { Cardholder } from '../contract/index.ts';
import type { Store } from '../db/store.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { PeopleSource } from './source.ts';
import type { Vault } from './vault.ts';

export type CardholderDeps = {
  readonly store: Store;
  readonly vault: Vault;
  readonly source: PeopleSource;
  /** Time for the insurer, milliseconds. */
  readonly lookupMs: number;
};

export type FoundPerson = { readonly ok: true; readonly person: Person };

/** Who a cardholder is: by the backend's register, which knows the bank card too, or else by the insurer. */
export async function findCardholder(deps: CardholderDeps, given: Cardholder): Promise<FoundPerson | Refusal> {
  if (given.idNumber !== undefined) {
    const known = await findRegistered(deps, given.idNumber);
    if (known) return { ok: true, person: known };
  }
  const found = await deps.source.lookup(given, AbortSignal.timeout(deps.lookupMs));
  if (found.kind === 'unavailable') return refuse('insurer-unavailable', found.code);
  if (found.kind === 'not-found') return refuse('person-unknown');
  const { idNumber, name } = found;
  return { ok: true, person: (await findRegistered(deps, idNumber)) ?? { idNumber, name } };
}

/** Somebody whom the operator entered, by ID number. */
async function findRegistered(deps: CardholderDeps, idNumber: string): Promise<Person | undefined> {
  const row = await deps.store.people.find(deps.vault.fingerprint('person', idNumber));
  return row && deps.vault.unseal<Person>(row.id, row.sealed);
}
