import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ServerError } from '../error.ts';
import type { Ring } from '../keys/ring.ts';

/** A data key under a key of the ring. */
export type WrappedKey = {
  readonly kid: string;
  /** 60 bytes: IV, tag, the wrapped key. */
  readonly wrapped: Uint8Array;
};

/** A data key that is open: seals and opens the parts of one piece of evidence. */
export type Envelope = {
  seal(part: string, plain: Uint8Array): Uint8Array;
  /** @throws ServerError `kept-unreadable` */
  open(part: string, sealed: Uint8Array): Uint8Array;
};

const IV = 12;
const TAG = 16;
const KEY = 32;
const PURPOSE = 'evidence';

type Random = (bytes: number) => Uint8Array;

/** A new random data key, bound to `owner` as everything that it seals: AES-256-GCM, an IV for each part. */
export function newEnvelope(
  ring: Ring,
  random: Random,
  owner: string,
): { readonly key: WrappedKey; readonly envelope: Envelope } {
  const dataKey = random(KEY);
  return { key: wrap(ring, random, owner, dataKey), envelope: envelopeOf(dataKey, random, owner) };
}

/** @throws ServerError `kept-unreadable` */
export function openEnvelope(ring: Ring, random: Random, owner: string, key: WrappedKey): Envelope {
  return envelopeOf(unwrap(ring, owner, key), random, owner);
}

/** The same data key under the ring's newest key; what it sealed stays as it is. @throws ServerError */
export function rewrap(ring: Ring, random: Random, owner: string, key: WrappedKey): WrappedKey {
  return wrap(ring, random, owner, unwrap(ring, owner, key));
}

function wrap(ring: Ring, random: Random, owner: string, dataKey: Uint8Array): WrappedKey {
  const { kid, key } = ring.current(PURPOSE);
  return { kid, wrapped: seal(key, random(IV), `key\0${owner}`, dataKey) };
}

function unwrap(ring: Ring, owner: string, { kid, wrapped }: WrappedKey): Uint8Array {
  const found = ring.find(PURPOSE, kid);
  if (!found) throw unreadable(`the key ${kid} is not among the keys at rest: restore it from a backup`);
  return open(found.key, `key\0${owner}`, wrapped);
}

function envelopeOf(dataKey: Uint8Array, random: Random, owner: string): Envelope {
  return {
    seal: (part, plain) => seal(dataKey, random(IV), `${part}\0${owner}`, plain),
    open: (part, sealed) => open(dataKey, `${part}\0${owner}`, sealed),
  };
}

function seal(key: Uint8Array, iv: Uint8Array, bound: string, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

function open(key: Uint8Array, bound: string, sealed: Uint8Array): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(IV, IV + TAG));
    return Buffer.concat([decipher.update(sealed.subarray(IV + TAG)), decipher.final()]);
  } catch {
    throw unreadable('it was changed, or belongs to another attempt');
  }
}

const unreadable = (why: string): ServerError =>
  new ServerError('kept-unreadable', `evidence at rest cannot be opened: ${why}`);
