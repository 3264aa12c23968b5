import { SEALED_TABLES } from '../db/keeping/sealed.ts';
import type { Store } from '../db/store.ts';
import type { Ring } from '../keys/ring.ts';
import type { Vault } from '../people/vault.ts';
import { rewrap } from './envelope.ts';

export type ResealDeps = {
  readonly store: Store;
  readonly vault: Vault;
  readonly ring: Ring;
  readonly random: (bytes: number) => Uint8Array;
};

/** What stands for the key that sealed people before keys had ids. */
export const FIRST_KEY = '(first)';

const PAGE = 500;

/** Row by row while everything runs: what changed meanwhile was sealed anew by whoever changed it. @returns how many. */
export async function reseal(deps: ResealDeps): Promise<{ readonly people: number; readonly evidence: number }> {
  const { store, ring, random } = deps;
  let people = 0;
  const current = ring.current('people').kid;
  await eachSealed(store, async (table, row) => {
    if (deps.vault.keyOf(row.sealed) === current) return;
    const sealed = deps.vault.seal(row.id, deps.vault.unseal(row.id, row.sealed));
    if (await store.keeping.replaceSealed(table, row, sealed)) people++;
  });
  let evidence = 0;
  await eachWrapped(store, async (row) => {
    if (row.key_id === current) return;
    const { kid, wrapped } = rewrap(ring, random, row.attempt, { kid: row.key_id, wrapped: row.wrapped });
    if (await store.keeping.replaceWrapped(row, { key_id: kid, wrapped })) evidence++;
  });
  const at = await store.now();
  if (people + evidence > 0)
    await store.audit.append({ at, who: 'backend', what: 'resealed', detail: { people, evidence } });
  return { people, evidence };
}

/** How many rows each key seals, by key id. */
export async function countByKey({ store, vault }: Pick<ResealDeps, 'store' | 'vault'>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const add = (kid: string) => counts.set(kid, (counts.get(kid) ?? 0) + 1);
  await eachSealed(store, async (_, { sealed }) => void add(vault.keyOf(sealed) ?? FIRST_KEY));
  await eachWrapped(store, async ({ key_id }) => void add(key_id));
  return counts;
}

type Sealed = Parameters<Store['keeping']['replaceSealed']>;

async function eachSealed({ keeping }: Store, visit: (table: Sealed[0], row: Sealed[1]) => Promise<void>) {
  for (const table of SEALED_TABLES)
    for (let last = ''; ; ) {
      const page = await keeping.sealedAfter(table, last, PAGE);
      for (const row of page) await visit(table, row);
      if (page.length < PAGE) break;
      last = page.at(-1)!.id;
    }
}

async function eachWrapped(
  { keeping }: Store,
  visit: (row: Awaited<ReturnType<Store['keeping']['wrappedAfter']>>[number]) => Promise<void>,
) {
  for (let last = ''; ; ) {
    const page = await keeping.wrappedAfter(last, PAGE);
    for (const row of page) await visit(row);
    if (page.length < PAGE) return;
    last = page.at(-1)!.verification;
  }
}
