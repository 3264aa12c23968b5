import { createHash, createPrivateKey, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { World } from '../clock.ts';
import { ServerError } from '../error.ts';

const secretKey = (crv: 'Ed25519' | 'X25519') =>
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal(crv), x: z.string(), d: z.string(), kid: z.string() });

/** The first of each list is in use; the others, after a rotation, still verify and open. */
const keyFileSchema = z.strictObject({
  receipt: z.array(secretKey('Ed25519')).min(1),
  evidence: z.array(secretKey('X25519')).min(1),
  people: z.base64().length(44),
});
type KeyFile = z.output<typeof keyFileSchema>;

export type ServerKeys = {
  readonly receipt: { readonly kid: string; readonly key: KeyObject };
  /** Private X25519 keys, newest first. */
  readonly evidence: readonly JWK[];
  /** 32 bytes from which the keys of the people's data are derived. */
  readonly people: Uint8Array;
  /** 32 bytes that chain the lines of the audit. */
  readonly audit: Uint8Array;
  /** What everybody may have: /.well-known/jwks.json. */
  readonly jwks: { readonly keys: readonly JWK[] };
};

/** Loads the keys of a data folder; the first start makes them (mode 0600). @throws ServerError `keys-unreadable` */
export function openKeys(folder: string, world: World): ServerKeys {
  const path = join(folder, 'keys.json');
  if (!existsSync(path)) writeSecret(path, JSON.stringify(generateKeys(world)));
  const file = readKeys(path);
  const [receipt] = file.receipt;
  return {
    receipt: { kid: receipt!.kid, key: createPrivateKey({ key: receipt!, format: 'jwk' }) },
    evidence: file.evidence,
    people: Buffer.from(file.people, 'base64'),
    audit: new Uint8Array(hkdfSync('sha256', Buffer.from(file.people, 'base64'), '', 'audit: chain', 32)),
    jwks: {
      keys: [
        ...file.receipt.map((key) => publish(key, { use: 'sig', alg: 'EdDSA' })),
        ...file.evidence.map((key) => publish(key, { use: 'enc', alg: 'ECDH-ES' })),
      ],
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

function generateKeys(world: World): KeyFile {
  const receipt = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const evidence = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return keyFileSchema.parse({
    receipt: [{ ...receipt, kid: thumbprint(receipt) }],
    evidence: [{ ...evidence, kid: thumbprint(evidence) }],
    people: Buffer.from(world.random(32)).toString('base64'),
  });
}

/** RFC 7638, SHA-256, of an OKP key. */
function thumbprint({ crv, kty, x }: JWK): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}

function readKeys(path: string): KeyFile {
  try {
    chmodSync(path, 0o600);
    return keyFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    // The cause could hold a piece of the file; it is not passed on.
    const why =
      cause instanceof z.ZodError || cause instanceof SyntaxError ? 'it is damaged' : (cause as Error).message;
    throw new ServerError('keys-unreadable', `${path}: ${why}; restore it from a backup: people and receipts need it`);
  }
}

/** Written whole or not at all, readable by its owner only. */
function writeSecret(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
