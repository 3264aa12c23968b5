import { createHash, createHmac } from 'node:crypto';

/**
 * How the audit is chained. Every line carries the HMAC-SHA-256, under a key that is not in the database, of the line
 * before it and of its own content; the head of each chain says how long the chain is and is itself signed with the key.
 * So a line that was changed, taken out, put in or moved no longer fits, and one cut off the end is missed by the head.
 *
 * There are several chains, and a verification's lines all stand in one of them, chosen by its id. A line is chained
 * while its transaction holds the chain's head, up to the commit: with one chain, every commit of every process would
 * wait for the one before it to reach the disk. With sixteen, unrelated verifications seldom meet, whichever process
 * serves them, and a chain belongs to no process that could die with it.
 *
 * What the database alone cannot show is a return of the whole to an earlier day: `audit -- verify --checkpoint FILE`
 * compares with heads that were kept elsewhere.
 */
export const CHAINS = 16;

/** What a line says, and its place. */
export type ChainedLine = {
  readonly chain: number;
  /** Place in its chain, from 1. */
  readonly n: number;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly verification: string | null;
  /** Canonical JSON. */
  readonly detail: string;
  /** Digest of what can be erased. */
  readonly personal: string | null;
};

/** The last line of a chain; `n` = 0 before the first. */
export type ChainHead = { readonly chain: number; readonly n: number; readonly hash: string };

/** The chain of a verification's lines; lines about none stand in the first. */
export const chainOf = (verification: string | null): number =>
  verification === null ? 0 : createHash('sha256').update(verification).digest()[0]! % CHAINS;

export const emptyHead = (chain: number): ChainHead => ({ chain, n: 0, hash: '' });

/** The hash that a line must carry after `previous`. The array makes the fields unmistakable from each other. */
export function hashOf(key: Uint8Array, previous: string, line: ChainedLine): string {
  const { chain, n, at, who, what, verification, detail, personal } = line;
  return sign(key, ['line', previous, chain, n, at, who, what, verification, detail, personal]);
}

/** Signs a head, so that nobody shortens a chain without the key. */
export const signHead = (key: Uint8Array, { chain, n, hash }: ChainHead): string => sign(key, ['head', chain, n, hash]);

/** Stands in a line for words about a person; says nothing any more once words and salt are erased. */
export const digestOf = (key: Uint8Array, salt: string, text: string): string => sign(key, ['personal', salt, text]);

const sign = (key: Uint8Array, content: readonly unknown[]): string =>
  createHmac('sha256', key).update(JSON.stringify(content)).digest('base64url');

/** JSON with the keys of every object in order: the same content is the same text. As RFC 8785, for what JSON can hold. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
