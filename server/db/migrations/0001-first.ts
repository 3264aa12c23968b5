import { type EngineName, type MigrationStep, runAll } from './step.ts';

export const first: MigrationStep = async (db, { engine }) => {
  await runAll(db, TABLES);
  await runAll(db, AUDIT[engine]);
};

const LIVE = `state in ('created', 'capturing', 'matching')`;

const TABLES: readonly string[] = [
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
];

const LINE = 'at bigint not null, who text not null, what text not null, verification text, detail text not null';

const AUDIT: Readonly<Record<EngineName, readonly string[]>> = {
  sqlite: [
    `create table audit (seq integer primary key autoincrement, ${LINE})`,
    'create index audit_by_verification on audit (verification)',
    `create trigger audit_no_update before update on audit begin select raise(abort, 'audit is append-only'); end`,
    `create trigger audit_no_delete before delete on audit begin select raise(abort, 'audit is append-only'); end`,
  ],
  postgres: [
    `create table audit (seq bigint generated always as identity primary key, ${LINE})`,
    'create index audit_by_verification on audit (verification)',
    `create function audit_append_only() returns trigger language plpgsql
      as $$ begin raise exception 'audit is append-only'; end $$`,
    `create trigger audit_no_change before update or delete or truncate on audit
      for each statement execute function audit_append_only()`,
    // The time by which everything is decided: this clock is the same for every process. SQLite has it from its process.
    `create function now_ms() returns bigint language sql volatile
      as $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$`,
  ],
};
