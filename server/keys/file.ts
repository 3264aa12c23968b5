import { createHash, generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { z } from 'zod';
import { newId, type World } from '../clock.ts';
import { ServerError } from '../error.ts';
import { changeSecret, readSecret, writeNewSecret } from './secret.ts';

/** Milliseconds since 1970: known to everybody before, used for what is made new from then on. */
const from = z.number().int().nonnegative().optional();

const secretKey = (crv: 'Ed25519' | 'X25519') =>
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal(crv), x: z.string(), d: z.string(), kid: z.string(), from });

const ringKey = z.strictObject({ kid: z.string().regex(/^[\w-]{4,32}$/), key: z.base64().length(44), from });

/** Keys that wrap what is kept; newest first. */
const atRestSchema = z.array(ringKey).min(1);

/** Newest first: the first whose time has come is in use; the older ones still verify and open. */
const keyFileSchema = z.strictObject({
  receipt: z.array(secretKey('Ed25519')).min(1),
  evidence: z.array(secretKey('X25519')).min(1),
  /** The root of the fingerprints and of the audit's chains: it stays as long as the database. */
  people: z.base64().length(44),
  /** Absent until it is needed, and where the configuration names a file of its own for it. */
  atRest: atRestSchema.optional(),
});
const ringFileSchema = z.strictObject({ atRest: atRestSchema });

export type KeyFile = z.output<typeof keyFileSchema>;
export type RingKey = z.output<typeof ringKey>;
export type RingFile = z.output<typeof ringFileSchema>;

/** The one in use at `now`. */
export const inUse = <K extends { readonly from?: number | undefined }>(keys: readonly K[], now: number): K =>
  keys.find((key) => (key.from ?? 0) <= now) ?? keys.at(-1)!;

export const parseKeyFile = (text: string): KeyFile => keyFileSchema.parse(JSON.parse(text));
export const parseRingFile = (text: string): RingFile => ringFileSchema.parse(JSON.parse(text));

/** Makes a file of keys unless it is there: of two processes that try, both then use the same. */
export function makeKeyFile(path: string, world: World): void {
  writeNewSecret(path, () => {
    const people = Buffer.from(world.random(32)).toString('base64');
    return toText({ receipt: [newSigningKey()], evidence: [newSealingKey()], people });
  });
}

/** Changes a file of keys, one process at a time. @throws ServerError `keys-unreadable` */
export function changeKeyFile(path: string, change: (file: KeyFile) => KeyFile): void {
  changeSecret(path, (text) => toText(change(parse(path, text, parseKeyFile))));
}

export function changeRingFile(path: string, change: (file: RingFile) => RingFile): void {
  changeSecret(path, (text) => toText(change(parse(path, text, parseRingFile))));
}

export function makeRingFile(path: string, world: World): void {
  writeNewSecret(path, () => toText({ atRest: [newRingKey(world)] }));
}

const toText = (file: KeyFile | RingFile): string => `${JSON.stringify(file, undefined, 1)}\n`;

/** @throws ServerError `keys-unreadable` */
export function readKeyFile<T>(path: string, read: (text: string) => T): T {
  return parse(path, readSecret(path), read);
}

function parse<T>(path: string, text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch {
    // The cause could hold a piece of the file; it is not passed on.
    const remedy = 'restore it from a backup: people and receipts need it';
    throw new ServerError('keys-unreadable', `${path}: it is damaged; ${remedy}`);
  }
}

export const newRingKey = (world: World): RingKey => ({
  kid: newId(world).slice(0, 12),
  key: Buffer.from(world.random(32)).toString('base64'),
});

export const newSigningKey = () =>
  named('Ed25519', generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
export const newSealingKey = () => named('X25519', generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' }));

function named<C extends 'Ed25519' | 'X25519'>(crv: C, { x = '', d = '' }: { x?: string; d?: string }) {
  return { kty: 'OKP' as const, crv, x, d, kid: thumbprint({ kty: 'OKP', crv, x }) };
}

/** RFC 7638, SHA-256, of an OKP key. */
function thumbprint({ crv, kty, x }: JWK): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
