import { timingSafeEqual } from 'node:crypto';
import { digestOf, type Tills } from './tills.ts';

/** A till of the configuration file: its name is its identity. */
export type TillKey = { readonly name: string; readonly sha256: string };

/** Who a till is towards kiosk and backend, and what people call it. */
export type TillIdentity = { readonly id: string; readonly name: string };

/** Whoever is on this machine, where neither keys are configured nor the LAN can ask. */
export const LOCAL_TILL: TillIdentity = { id: 'local', name: 'local' };

export type AuthDeps = {
  readonly keys: readonly TillKey[];
  readonly tills: Pick<Tills, 'identify'>;
  /** Whether a request without a key is answered: config.ts allows it on loopback without configured keys only. */
  readonly local: boolean;
};

/**
 * Which till a request comes from, by its bearer key; undefined for none. Configured keys are compared in constant
 * time, paired ones found by their digest, which nobody can aim at.
 */
export function identifyTill(authorization: string | undefined, deps: AuthDeps): TillIdentity | undefined {
  if (authorization === undefined) return deps.local ? LOCAL_TILL : undefined;
  const token = /^Bearer ([\x21-\x7e]{1,512})$/.exec(authorization)?.[1];
  if (token === undefined) return undefined;
  const digest = Buffer.from(digestOf(token), 'hex');
  const matches = deps.keys.filter(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')));
  if (matches[0]) return { id: matches[0].name, name: matches[0].name };
  const paired = deps.tills.identify(token);
  return paired && { id: paired.id, name: paired.name };
}
