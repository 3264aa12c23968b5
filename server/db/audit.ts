import { ServerError } from '../error.ts';
import { CHAINS, type ChainHead, canonicalJson, chainOf, digestOf, hashOf, signHead } from './chain.ts';
import type { AuditRow, Db, PersonalRow } from './tables.ts';

export type AuditLine = {
  readonly at: number;
  /** `kiosk:ID` or `backend`. */
  readonly who: string;
  readonly what: string;
  readonly verification?: string;
  /** Kept for ever: no name, no ID number, not even masked. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Words about a person, masked; the line holds only their digest, so that `forget` can erase them. */
  readonly personal?: { readonly person: string; readonly words: Readonly<Record<string, unknown>> };
};

/** Append-only: the database itself refuses to change or delete a line, and each is chained to the one before it. */
export type AuditStore = {
  append(line: AuditLine): Promise<void>;
  /** In the order they were written. */
  of(verification: string): Promise<readonly AuditRow[]>;
  /** What of the personal words of a verification's lines is still there. */
  personalOf(verification: string): Promise<readonly PersonalRow[]>;
  /** Erases the words about a person; the chains stay whole. @returns how many lines had some. */
  forget(person: string, now: number): Promise<number>;
};

export type AuditDeps = {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly random: (bytes: number) => Uint8Array;
  /** Whether a row must be locked before it is read for a change; an engine with one writer at a time needs no lock. */
  readonly locks: boolean;
};

/** @param db of a transaction, for `append`. */
export function auditStore(db: Db, deps: AuditDeps): AuditStore {
  return {
    append: (line) => append(db, deps, line),
    of: (verification) =>
      db.selectFrom('audit').selectAll().where('verification', '=', verification).orderBy('n').execute(),
    personalOf: (verification) =>
      db
        .selectFrom('audit_personal')
        .innerJoin('audit', 'audit.personal', 'audit_personal.digest')
        .selectAll('audit_personal')
        .where('audit.verification', '=', verification)
        .execute(),
    forget: async (person, now) => {
      const query = db.updateTable('audit_personal').set({ person: null, salt: null, words: null, erased_at: now });
      return Number((await query.where('person', '=', person).executeTakeFirst()).numUpdatedRows);
    },
  };
}

async function append(db: Db, deps: AuditDeps, said: AuditLine): Promise<void> {
  const { at, who, what, verification = null, detail = {} } = said;
  const chain = chainOf(verification);
  const personal = said.personal ? await keepPersonal(db, deps, said.personal) : null;
  // Others that append to this chain wait here until this transaction has ended.
  const heads = db.selectFrom('audit_heads').selectAll().where('chain', '=', chain);
  const head = await (deps.locks ? heads.forUpdate() : heads).executeTakeFirst();
  if (!head) throw new Error(`the head of chain ${chain} of ${CHAINS} of the audit is gone`);
  const line = { chain, n: head.n + 1, at, who, what, verification, detail: canonicalJson(detail), personal };
  const hash = hashOf(deps.key, head.hash, line);
  await write(db, deps, { ...line, hash }, { chain, n: line.n, hash });
}

async function write(db: Db, { key, locks }: AuditDeps, line: AuditRow, head: ChainHead): Promise<void> {
  const next = { n: head.n, hash: head.hash, mac: signHead(key, head) };
  const values = db.insertInto('audit').values(line);
  // Where others wait for the head, one way to the server instead of two; SQLite knows no such statement.
  if (!locks) await values.execute();
  const way = locks ? db.with('line', () => values) : db;
  await way.updateTable('audit_heads').set(next).where('chain', '=', head.chain).execute();
}

async function keepPersonal(
  db: Db,
  { key, random }: AuditDeps,
  { person, words }: NonNullable<AuditLine['personal']>,
): Promise<string> {
  const salt = Buffer.from(random(16)).toString('base64url');
  const text = canonicalJson(words);
  const digest = digestOf(key, salt, text);
  await db.insertInto('audit_personal').values({ digest, person, salt, words: text, erased_at: null }).execute();
  return digest;
}

/** A wrong key would begin to break every chain at once. @throws ServerError `audit-key-wrong` */
export async function checkAuditKey(db: Db, key: Uint8Array): Promise<void> {
  const heads = await db.selectFrom('audit_heads').selectAll().execute();
  // One head alone that does not fit was tampered with: that is for `npm run audit` to find, and no reason to stand still.
  if (heads.length === 0 || heads.some(({ mac, ...head }) => signHead(key, head) === mac)) return;
  const remedy = 'take the keys.json that was made with this database; every process needs the same';
  throw new ServerError('audit-key-wrong', `the audit was chained with another key: ${remedy}`);
}
