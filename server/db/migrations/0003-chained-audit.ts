import { type Kysely, sql } from 'kysely';
import { CHAINS, type ChainHead, canonicalJson, chainOf, emptyHead, hashOf, signHead } from '../chain.ts';
import { type EngineName, type MigrationStep, runAll } from './step.ts';

/** The audit is chained; the lines that were there already are taken into the chains in their order. */
export const chainedAudit: MigrationStep = async (db, { engine, auditKey }) => {
  await runAll(db, UNLOCK[engine]);
  await runAll(db, TABLES);
  const heads = await takeIn(db, auditKey);
  for (const head of heads)
    await sql`insert into audit_heads (chain, n, hash, mac)
      values (${head.chain}, ${head.n}, ${head.hash}, ${signHead(auditKey, head)})`.execute(db);
  await sql`drop table audit_unchained`.execute(db);
  await sql`create index audit_by_verification on audit (verification)`.execute(db);
  await runAll(db, LOCK[engine]);
};

const UNLOCK: Readonly<Record<EngineName, readonly string[]>> = {
  sqlite: ['drop trigger audit_no_update', 'drop trigger audit_no_delete'],
  postgres: ['drop trigger audit_no_change on audit'],
};

const TABLES: readonly string[] = [
  'drop index audit_by_verification',
  'alter table audit rename to audit_unchained',
  `create table audit (
    chain bigint not null, n bigint not null, at bigint not null, who text not null, what text not null,
    verification text, detail text not null, personal text, hash text not null, primary key (chain, n)
  )`,
  'create table audit_heads (chain bigint primary key, n bigint not null, hash text not null, mac text not null)',
  `create table audit_personal (
    digest text primary key, person text, salt text, words text, erased_at bigint
  )`,
  'create index audit_personal_by_person on audit_personal (person) where person is not null',
  'create table leases (name text primary key, holder text not null, until bigint not null)',
];

const LOCK: Readonly<Record<EngineName, readonly string[]>> = {
  sqlite: [
    `create trigger audit_no_update before update on audit begin select raise(abort, 'audit is append-only'); end`,
    `create trigger audit_no_delete before delete on audit begin select raise(abort, 'audit is append-only'); end`,
  ],
  postgres: [
    `create trigger audit_no_change before update or delete or truncate on audit
      for each statement execute function audit_append_only()`,
  ],
};

type Unchained = { seq: number; at: number; who: string; what: string; verification: string | null; detail: string };

const BATCH = 1000;

async function takeIn(db: Kysely<unknown>, key: Uint8Array): Promise<readonly ChainHead[]> {
  const heads = Array.from({ length: CHAINS }, (_, chain) => emptyHead(chain));
  for (let last = 0; ; ) {
    const query = sql<Unchained>`select * from audit_unchained where seq > ${last} order by seq limit ${BATCH}`;
    const { rows } = await query.execute(db);
    for (const { at, who, what, verification, detail } of rows) {
      const head = heads[chainOf(verification)]!;
      const said = { at, who, what, verification, detail: canonicalJson(JSON.parse(detail)), personal: null };
      const line = { chain: head.chain, n: head.n + 1, ...said };
      const hash = hashOf(key, head.hash, line);
      await sql`insert into audit (chain, n, at, who, what, verification, detail, personal, hash) values
        (${line.chain}, ${line.n}, ${at}, ${who}, ${what}, ${verification}, ${line.detail}, null, ${hash})`.execute(db);
      heads[head.chain] = { chain: head.chain, n: line.n, hash };
    }
    if (rows.length < BATCH) return heads;
    last = rows.at(-1)!.seq;
  }
}
