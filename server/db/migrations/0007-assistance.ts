import { type MigrationStep, runAll } from './step.ts';

/** How a person is helped who cannot turn or nod, who vouched for them, and what the purpose allows. */
export const assistance: MigrationStep = async (db) => {
  await runAll(db, [
    `alter table verifications add column assistance text not null default 'none'`,
    'alter table verifications add column attested_by text',
    `alter table verifications add column assistable text not null default '[]'`,
  ]);
};
