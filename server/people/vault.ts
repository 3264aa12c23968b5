import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { World } from '../clock.ts';
import { ServerError } from '../error.ts';
import type { Ring } from '../keys/ring.ts';

/** Keeps people's data unreadable at rest, and yet findable by ID number. */
export type Vault = {
  /** HMAC-SHA-256: the same for the same text, meaningless without the key. */
  fingerprint(purpose: 'person' | 'request' | 'evidence' | 'bank-card' | 'bank-holder', text: string): string;
  /** AES-256-GCM, bound to the row it stands in. */
  seal(row: string, people: object): string;
  /** What `seal` was given, whichever key sealed it. @throws ServerError `person-unreadable` */
  unseal<T extends object>(row: string, sealed: string): T;
  /** The id of the key that sealed this; undefined for the first one, which had none. */
  keyOf(sealed: string): string | undefined;
};

const IV = 12;
const TAG = 16;
const PURPOSE = 'people';

/**
 * @param secret 32 bytes: the root of the fingerprints, and of the key that sealed before there was a ring.
 * @param ring what is sealed now is `KID.BASE64`; without one, by the root's key and without an id.
 */
export function openVault(secret: Uint8Array, world: World, ring?: Ring): Vault {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), info, 32));
  const [first, finding] = [derive('people: seal'), derive('people: find')];
  return {
    fingerprint: (purpose, text) => createHmac('sha256', finding).update(`${purpose}\0${text}`).digest('base64url'),
    seal: (row, people) => {
      const now = ring?.current(PURPOSE);
      const sealed = seal(now?.key ?? first, world.random(IV), row, JSON.stringify(people)).toString('base64');
      return now ? `${now.kid}.${sealed}` : sealed;
    },
    unseal: (row, sealed) => {
      const kid = keyOf(sealed);
      const key = kid === undefined ? first : ring?.find(PURPOSE, kid)?.key;
      if (!key) throw unreadable(`the key ${kid} is not among the keys at rest`);
      try {
        return JSON.parse(
          unseal(key, row, Buffer.from(sealed.slice(kid === undefined ? 0 : kid.length + 1), 'base64')),
        );
      } catch {
        throw unreadable('it does not open with its key');
      }
    },
    keyOf,
  };
}

/** A dot is no letter of base64. */
function keyOf(sealed: string): string | undefined {
  const dot = sealed.indexOf('.');
  return dot < 0 ? undefined : sealed.slice(0, dot);
}

const unreadable = (why: string): ServerError =>
  new ServerError('person-unreadable', `a row of people cannot be read: ${why}; restore keys.json from a backup`);

function seal(key: Buffer, iv: Uint8Array, row: string, text: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(row));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

function unseal(key: Buffer, row: string, bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(row)).setAuthTag(bytes.subarray(IV, IV + TAG));
  return decipher.update(bytes.subarray(IV + TAG), undefined, 'utf8') + decipher.final('utf8');
}
