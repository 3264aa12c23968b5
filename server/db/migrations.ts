import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Every change of the tables, in the order of their names; one that was released is never edited. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': {
    up: async (db) => {
      for (const statement of FIRST) await sql.raw(statement).execute(db as Kysely<unknown>);
    },
  },
};

const LIVE = `state in ('created', 'capturing', 'matching')`;

const FIRST: readonly string[] = [
  `create table kiosks (
    id text primary key, name text not null, store text not null, key text not null,
    enrolled_at bigint not null, revoked_at bigint
  )`,
  `create table enrolment_codes (
    code text primary key, kiosk text not null references kiosks (id), used_at bigint not null
  )`,
  `create table nonces (
    kiosk text not null, nonce text not null, expires_at bigint not null, primary key (kiosk, nonce)
  )`,
  'create index nonces_by_age on nonces (expires_at)',
  'create table people (id text primary key, sealed text not null, updated_at bigint not null)',
  `create table verifications (
    id text primary key, kiosk text not null, till text not null, sale text not null, channel text not null,
    idempotency_key text not null, request text not null, person text not null,
    subject_name text not null, subject_id text not null, state text not null,
    created_at bigint not null, expires_at bigint not null, answered text not null, revision bigint not null,
    outcome text, reason text, authorities text, receipt text, decided_at bigint,
    unique (kiosk, till, idempotency_key)
  )`,
  // One unfinished verification a kiosk, whatever races; and the sweep reads only the unfinished.
  `create unique index verifications_one_live on verifications (kiosk) where ${LIVE}`,
  `create index verifications_overdue on verifications (expires_at) where ${LIVE}`,
  `create table attempts (
    id text primary key, verification text not null references verifications (id), kiosk text not null,
    person text not null, number bigint not null, idempotency_key text, nonce text not null, plan text not null,
    created_at bigint not null, expires_at bigint not null, evidence text, used_at bigint,
    unique (verification, number)
  )`,
  'create index attempts_by_kiosk on attempts (kiosk, created_at)',
  'create index attempts_by_person on attempts (person, created_at)',
  `create table events (
    verification text not null references verifications (id), revision bigint not null, data text not null,
    primary key (verification, revision)
  )`,
  `create table audit (
    seq integer primary key autoincrement, at bigint not null, who text not null, what text not null,
    verification text, detail text not null
  )`,
  'create index audit_by_verification on audit (verification)',
  `create trigger audit_no_update before update on audit begin select raise(abort, 'audit is append-only'); end`,
  `create trigger audit_no_delete before delete on audit begin select raise(abort, 'audit is append-only'); end`,
];
