import type { Store } from '../db/store.ts';

/** A nonce of a signed request, not yet written down. */
export type Nonce = {
  readonly kiosk: string;
  readonly nonce: string;
  /** Milliseconds since 1970: until then the signature would be taken. */
  readonly until: number;
};

/** The same request came at the same time, and was first. */
export class Replayed extends Error {
  constructor() {
    super('a nonce was used by another request meanwhile');
    this.name = 'Replayed';
  }
}

export type SpendingStore = {
  /** Its first transaction writes the nonce too: both or neither, and one commit for the two. */
  readonly store: Store;
  /** Writes it, if no transaction did. @throws Replayed */
  readonly spend: () => Promise<void>;
};

/** The store of one request. */
export function spendingStore(store: Store, { kiosk, nonce, until }: Nonce): SpendingStore {
  let spent = false;
  return {
    store: {
      ...store,
      transaction: async (work) => {
        const done = await store.transaction(async (records) => {
          if (!spent && !(await records.kiosks.useNonce(kiosk, nonce, until))) throw new Replayed();
          return work(records);
        });
        spent = true;
        return done;
      },
    },
    spend: async () => {
      if (spent) return;
      if (!(await store.kiosks.useNonce(kiosk, nonce, until))) throw new Replayed();
      spent = true;
    },
  };
}

/** Nonces of requests that change nothing: known to this process, and gone with it. */
export type SeenNonces = {
  /** @returns false when it was seen before. */
  take(nonce: Nonce, now: number): boolean;
};

export function createSeenNonces(): SeenNonces {
  // In the order of their coming, which is nearly that of their end.
  const seen = new Map<string, number>();
  return {
    take: ({ kiosk, nonce, until }, now) => {
      for (const [old, end] of seen) {
        if (end >= now) break;
        seen.delete(old);
      }
      const key = `${kiosk}\n${nonce}`;
      if (seen.has(key)) return false;
      seen.set(key, until);
      return true;
    },
  };
}
