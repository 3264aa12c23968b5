import { type MigrationStep, runAll } from './step.ts';

/** Tries at the bank, counted before it is asked; no card and no ID number, only their keyed fingerprints. */
export const throttles: MigrationStep = async (db) => {
  await runAll(db, STATEMENTS);
};

const STATEMENTS: readonly string[] = [
  `create table bank_cards (
    card text primary key, wrong bigint not null, wrong_at bigint not null, holds text not null,
    changed_at bigint not null
  )`,
  'create index bank_cards_by_age on bank_cards (changed_at)',
  `create table bank_days (
    holder text not null, day text not null, tries bigint not null, primary key (holder, day)
  )`,
  'create index bank_days_by_age on bank_days (day)',
];
