import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type ChainHead, canonicalJson, signHead } from '../db/chain.ts';
import { ServerError } from '../error.ts';

const schema = z.strictObject({
  audit: z.literal('checkpoint'),
  at: z.iso.datetime(),
  heads: z.array(z.strictObject({ chain: z.number().int(), n: z.number().int(), hash: z.string() })),
  mac: z.string(),
});

/**
 * The ends of the chains as they were kept outside of the database; undefined when there is no such file yet.
 * @throws ServerError `checkpoint-unreadable`
 */
export function readCheckpoint(path: string, key: Uint8Array): readonly ChainHead[] | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { heads, mac, at } = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
    if (sign(key, at, heads) === mac) return heads;
  } catch {
    // The same to whoever reads it: it says nothing.
  }
  throw new ServerError('checkpoint-unreadable', `${path} is no checkpoint of this audit, or it was changed`);
}

/** Written whole or not at all. */
export function writeCheckpoint(path: string, key: Uint8Array, heads: readonly ChainHead[]): void {
  const at = new Date().toISOString();
  const text = JSON.stringify({ audit: 'checkpoint', at, heads, mac: sign(key, at, heads) }, undefined, 2);
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

const sign = (key: Uint8Array, at: string, heads: readonly ChainHead[]): string =>
  signHead(key, { chain: -1, n: heads.length, hash: canonicalJson({ at, heads }) });
