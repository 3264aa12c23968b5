import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KioskError } from '../error.ts';

export type DeviceKey = {
  /** Ed25519. */
  readonly privateKey: KeyObject;
  /** What the backend is told at enrolment. */
  readonly publicJwk: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };
};

/** The kiosk's Ed25519 key: made at the first start, kept in the data folder, readable by its owner only. */
export async function loadDeviceKey(folder: string): Promise<DeviceKey> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'device-key.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
  const privateKey = text === undefined ? await makeKey(path) : parse(path, text);
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (!x || privateKey.asymmetricKeyType !== 'ed25519') throw unreadable(path, undefined);
  return { privateKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x } };
}

async function makeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  // A half-written key would lock the kiosk out of its enrolment.
  await writeFile(`${path}.new`, JSON.stringify(privateKey.export({ format: 'jwk' })), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return privateKey;
}

function parse(path: string, text: string): KeyObject {
  try {
    return createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): KioskError {
  return new KioskError(
    'device-key-unreadable',
    `${path} is not a readable Ed25519 key: delete it and enrol the kiosk again with a new code`,
    { cause },
  );
}
