import { type MigrationStep, runAll } from './step.ts';

/** Questions that a kiosk took back before anything had come of them: what is still on its way makes nothing. */
export const withdrawn: MigrationStep = async (db) => {
  await runAll(db, [
    `create table withdrawn (
      kiosk text not null, till text not null, idempotency_key text not null, at bigint not null,
      primary key (kiosk, till, idempotency_key)
    )`,
    'create index withdrawn_by_age on withdrawn (at)',
  ]);
};
