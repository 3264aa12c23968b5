import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import type { World } from '../clock.ts';
import { ServerError } from '../error.ts';
import {
  changeKeyFile,
  inUse,
  type KeyFile,
  makeKeyFile,
  newRingKey,
  parseKeyFile,
  parseRingFile,
  type RingKey,
  readKeyFile,
} from './file.ts';
import { type Ring, ringOf } from './ring.ts';

/** The keys as they stand now: a rotation is seen at the next use, also one by another process. */
export type ServerKeys = {
  readonly receipt: { readonly kid: string; readonly key: KeyObject };
  /** Private X25519 keys, newest first: evidence may be sealed to any. */
  readonly evidence: readonly JWK[];
  /** 32 bytes from which the fingerprints, and the first key of the people's data, are derived. */
  readonly people: Uint8Array;
  /** 32 bytes that chain the lines of the audit. */
  readonly audit: Uint8Array;
  /** Seals what is kept. */
  readonly atRest: Ring;
  /** What everybody may have: /.well-known/jwks.json. Every key of receipts, and the one to seal evidence to. */
  readonly jwks: { readonly keys: readonly JWK[] };
};

export type KeyPlaces = {
  readonly file: string;
  /** A file of its own for the keys at rest: another mount, another backup. */
  readonly atRest?: string;
};

export const keyPlaces = (folder: string, atRest?: string): KeyPlaces => ({
  file: join(folder, 'keys.json'),
  ...(atRest === undefined ? {} : { atRest }),
});

/**
 * Loads the keys of a data folder; the first start makes them (mode 0600).
 * @param atRest path of a file of its own for the keys at rest; `npm run keys -- rotate at-rest` makes it.
 * @throws ServerError `keys-unreadable`
 */
export function openKeys(folder: string, world: World, atRest?: string): ServerKeys {
  const places = keyPlaces(folder, atRest);
  if (!existsSync(places.file)) makeKeyFile(places.file, world);
  if (atRest !== undefined && !existsSync(atRest)) {
    const remedy = 'restore it, or, before the first start, make it with `npm run keys -- rotate at-rest`';
    throw new ServerError('keys-unreadable', `keys.atRest: ${atRest} is not there; ${remedy}`);
  }
  const file = watch(places.file, parseKeyFile);
  const ring =
    atRest === undefined
      ? () => file().atRest ?? addRing(places.file, world, file)
      : watch(atRest, (text) => parseRingFile(text).atRest);
  return keysOf(file, ring, world);
}

/** Made when they are first needed: a command that only reads makes none. */
function addRing(path: string, world: World, file: () => KeyFile): readonly RingKey[] {
  changeKeyFile(path, (before) => ({ ...before, atRest: before.atRest ?? [newRingKey(world)] }));
  return file().atRest ?? [];
}

function keysOf(file: () => KeyFile, ring: () => readonly RingKey[], world: World): ServerKeys {
  const people = Buffer.from(file().people, 'base64');
  const audit = new Uint8Array(hkdfSync('sha256', people, '', 'audit: chain', 32));
  return {
    people,
    audit,
    atRest: ringOf(() => ({ all: ring(), sealing: inUse(ring(), world.now()) })),
    get receipt() {
      const key = inUse(file().receipt, world.now());
      return { kid: key.kid, key: createPrivateKey({ key, format: 'jwk' }) };
    },
    get evidence() {
      return file().evidence;
    },
    get jwks() {
      const { receipt, evidence } = file();
      const signing = receipt.map((key) => publish(key, { use: 'sig', alg: 'EdDSA' }));
      return { keys: [...signing, publish(inUse(evidence, world.now()), { use: 'enc', alg: 'ECDH-ES' })] };
    },
  };
}

const publish = ({ kty, crv, x, kid }: JWK, purpose: { use: string; alg: string }): JWK => ({
  kty,
  crv,
  x,
  kid,
  ...purpose,
});

/**
 * A file that is read again when it was replaced. Looking costs a few microseconds; should what is there later be
 * unreadable, what was read before stays.
 */
function watch<T>(path: string, parse: (text: string) => T): () => T {
  let seen = stampOf(path);
  let value = readKeyFile(path, parse);
  return () => {
    const stamp = stampOf(path);
    if (stamp === seen) return value;
    try {
      value = readKeyFile(path, parse);
    } catch {
      // A mount that is being exchanged: the next look may find it whole.
    }
    seen = stamp;
    return value;
  };
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : '';
}
