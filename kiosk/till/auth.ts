import { createHash, timingSafeEqual } from 'node:crypto';

export type TillKey = { readonly name: string; readonly sha256: string };

/** The only till where no keys are configured: whoever is on this machine. */
export const LOCAL_TILL = 'local';

/**
 * Which till a request comes from, by its bearer key; undefined for none. Every key is compared, each in constant time.
 * Without configured keys the answer is `local`: config.ts opens such a kiosk to loopback only.
 */
export function identifyTill(authorization: string | undefined, keys: readonly TillKey[]): string | undefined {
  if (keys.length === 0) return LOCAL_TILL;
  const token = /^Bearer ([\x21-\x7e]{1,512})$/.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const digest = createHash('sha256').update(token).digest();
  const matches = keys.filter(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')));
  return matches[0]?.name;
}
