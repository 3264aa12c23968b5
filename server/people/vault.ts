import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { World } from '../clock.ts';
import { ServerError } from '../error.ts';

/** Keeps people's data unreadable at rest, and yet findable by ID number. */
export type Vault = {
  /** HMAC-SHA-256: the same for the same text, meaningless without the key. */
  fingerprint(purpose: 'person' | 'request' | 'evidence', text: string): string;
  /** AES-256-GCM, bound to the row it stands in. */
  seal(row: string, people: object): string;
  /** What `seal` was given. @throws ServerError `person-unreadable` */
  unseal<T extends object>(row: string, sealed: string): T;
};

const IV = 12;
const TAG = 16;

export function openVault(secret: Uint8Array, world: World): Vault {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), info, 32));
  const [sealing, finding] = [derive('people: seal'), derive('people: find')];
  return {
    fingerprint: (purpose, text) => createHmac('sha256', finding).update(`${purpose}\0${text}`).digest('base64url'),
    seal: (row, people) => {
      const iv = world.random(IV);
      const cipher = createCipheriv('aes-256-gcm', sealing, iv).setAAD(Buffer.from(row));
      const text = Buffer.concat([cipher.update(JSON.stringify(people)), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
    },
    unseal: (row, sealed) => {
      try {
        const bytes = Buffer.from(sealed, 'base64');
        const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, IV));
        decipher.setAAD(Buffer.from(row)).setAuthTag(bytes.subarray(IV, IV + TAG));
        return JSON.parse(decipher.update(bytes.subarray(IV + TAG), undefined, 'utf8') + decipher.final('utf8'));
      } catch {
        throw new ServerError('person-unreadable', 'a row of people does not open with the key in keys.json');
      }
    },
  };
}
