import { hkdfSync } from 'node:crypto';
import type { RingKey } from './file.ts';

/** One key for what is kept, for one purpose. */
export type AtRestKey = { readonly kid: string; readonly key: Buffer };

/** Keys for what is kept: the newest seals, all of them open. What a rotation changed is seen at the next use. */
export type Ring = {
  /** The one to seal with now. */
  current(purpose: string): AtRestKey;
  find(purpose: string, kid: string): AtRestKey | undefined;
};

/** @param keys as they stand now. @param sealing the one in use. */
export function ringOf(keys: () => { readonly all: readonly RingKey[]; readonly sealing: RingKey }): Ring {
  return {
    current: (purpose) => derive(keys().sealing, purpose),
    find: (purpose, kid) => {
      const found = keys().all.find((key) => key.kid === kid);
      return found && derive(found, purpose);
    },
  };
}

const derive = ({ kid, key }: RingKey, purpose: string): AtRestKey => ({
  kid,
  key: Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64'), '', `at rest: ${purpose}`, 32)),
});
