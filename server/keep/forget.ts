import type { Records, Store } from '../db/store.ts';
import type { Parties } from '../people/subject.ts';
import type { Vault } from '../people/vault.ts';
import { applyChange, type ChangeDeps } from '../verification/change.ts';

export type Forgotten =
  | {
      readonly ok: true;
      readonly people: number;
      readonly relatives: number;
      readonly verifications: number;
      readonly auditLines: number;
    }
  /** Verifications of theirs that are under way: nothing was deleted. */
  | { readonly ok: false; readonly live: readonly string[] };

export type ForgetDeps = ChangeDeps & { readonly vault: Vault };

const PAGE = 500;

/**
 * Removes everything about a person: their row, the relatives that were told of them or as them, and each verification
 * in which they took part (cardholder, at the counter, or guardian) with its people, evidence, events and receipt. The
 * audit stays whole: its lines name nobody, and words about a person that were kept beside it are erased.
 * @param who for the audit: `operator:NAME`.
 */
export async function forgetPerson(
  deps: ForgetDeps,
  idNumber: string,
  { who, endLive }: { readonly who: string; readonly endLive: boolean },
): Promise<Forgotten> {
  const person = deps.vault.fingerprint('person', idNumber);
  for (;;) {
    const found = await findAll(deps, person, idNumber);
    const forgotten = await deps.store.transaction((records) => drop(records, person, found, who));
    if (forgotten.ok || !endLive) return forgotten;
    for (const id of forgotten.live) {
      const happening = { kind: 'cancelled', reason: 'cancelled' } as const;
      await applyChange(deps, { id, happening, who, detail: { why: 'forget' } });
    }
  }
}

type Found = { readonly relatives: readonly string[]; readonly verifications: readonly string[] };

/** By fingerprint where there is one; what lies sealed is opened and looked at, row by row: it is kept for a short while. */
async function findAll(deps: ForgetDeps, person: string, idNumber: string): Promise<Found> {
  const { store, vault } = deps;
  const relatives = await idsWhere<{ idNumber: string }>(store, vault, 'relatives', (one) => one.idNumber === idNumber);
  const named = await idsWhere<Parties>(store, vault, 'parties', ({ cardholder, subject, guardian }) =>
    [cardholder, subject, guardian].some((one) => one?.idNumber === idNumber),
  );
  const verifications = [...new Set([...named, ...(await store.keeping.verificationsOf(person))])];
  return { relatives, verifications };
}

async function idsWhere<T extends object>(
  { keeping }: Store,
  vault: Vault,
  table: 'relatives' | 'parties',
  fits: (content: T) => boolean,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let last = ''; ; ) {
    const page = await keeping.sealedAfter(table, last, PAGE);
    for (const { id, sealed } of page) if (fits(vault.unseal<T>(id, sealed))) ids.push(id);
    if (page.length < PAGE) return ids;
    last = page.at(-1)!.id;
  }
}

async function drop(records: Records, person: string, found: Found, who: string): Promise<Forgotten> {
  const { keeping, audit } = records;
  // Some may have begun since they were looked for.
  const ids = [...new Set([...found.verifications, ...(await keeping.verificationsOf(person))])];
  const live: string[] = [];
  for (const batch of batches(ids)) live.push(...(await keeping.liveAmong(batch)));
  if (live.length > 0) return { ok: false, live };
  const now = await records.now();
  let verifications = 0;
  for (const batch of batches(ids)) verifications += (await keeping.dropVerifications(batch)).verifications ?? 0;
  const counts = {
    people: await keeping.dropPerson(person),
    relatives: await keeping.dropRelatives(person, found.relatives),
    verifications,
    auditLines: await audit.forget(person, now),
  };
  await audit.append({ at: now, who, what: 'person-forgotten', detail: counts });
  return { ok: true, ...counts };
}

function* batches(ids: readonly string[]): Generator<readonly string[]> {
  for (let i = 0; i < ids.length; i += PAGE) yield ids.slice(i, i + PAGE);
}
