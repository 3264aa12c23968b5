import { type MigrationStep, runAll } from './step.ts';

/** Retries, appeals, and verifications of somebody other than the cardholder. */
export const rounds: MigrationStep = async (db) => {
  await runAll(db, STATEMENTS);
};

const LIVE = `state in ('created', 'waiting', 'capturing', 'matching')`;

const column = (definition: string): string => `alter table verifications add column ${definition}`;

const STATEMENTS: readonly string[] = [
  column(`purpose text not null default 'purchase'`),
  column('amount bigint'),
  column(`cardholder_name text not null default ''`),
  column(`cardholder_id text not null default ''`),
  column(`who text not null default 'cardholder'`),
  column('relation text'),
  column('guardian text'),
  column(`required text not null default '["bank","police","insurer"]'`),
  column('round bigint not null default 1'),
  column('reopen_until bigint'),
  column('cancelled_by text'),
  column('appealed_by text'),
  column('appealed_at bigint'),
  column('appeal_decision text'),
  'drop index verifications_one_live',
  'drop index verifications_overdue',
  `create unique index verifications_one_live on verifications (kiosk) where ${LIVE}`,
  `create index verifications_overdue on verifications (expires_at) where ${LIVE}`,
  `update verifications set cardholder_name = subject_name, cardholder_id = subject_id`,
  'alter table attempts add column round bigint not null default 1',
  // Who takes part in a verification, sealed; gone when nothing needs it any more.
  `create table parties (
    verification text primary key references verifications (id), sealed text not null, keep_until bigint not null
  )`,
  'create index parties_by_age on parties (keep_until)',
  // A cardholder's relatives as the insurer told them, sealed, no longer than a verification lives.
  `create table relatives (
    id text primary key, kiosk text not null, cardholder text not null, sealed text not null, expires_at bigint not null
  )`,
  'create index relatives_by_age on relatives (expires_at)',
];
