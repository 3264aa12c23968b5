import { type MigrationStep, runAll } from './step.ts';

/** Evidence at rest with the lease of its decision, who takes part in a verification, codes that were given out. */
export const evidence: MigrationStep = async (db, { engine }) => {
  const bytes = engine === 'sqlite' ? 'blob' : 'bytea';
  await runAll(db, statements(bytes));
};

const statements = (bytes: string): readonly string[] => [
  // The latest of a verification. `rest` and the lease are gone once it is decided; all of it when nothing needs it.
  `create table evidence (
    verification text primary key references verifications (id), attempt text not null, round bigint not null,
    received_at bigint not null, key_id text not null, wrapped ${bytes} not null, still ${bytes}, rest ${bytes},
    answers text not null, holder text, lease_until bigint, keep_until bigint not null
  )`,
  'create index evidence_by_lease on evidence (lease_until) where lease_until is not null',
  'create index evidence_by_age on evidence (keep_until)',
  // Keyed fingerprints of everybody in a verification, so that all of somebody can be found.
  `create table involved (
    person text not null, verification text not null references verifications (id), primary key (person, verification)
  )`,
  'create index involved_by_verification on involved (verification)',
  'insert into involved (person, verification) select person, id from verifications',
  `create table offered_codes (
    code text primary key, label text not null, offered_at bigint not null, expires_at bigint not null
  )`,
  'create index verifications_by_age on verifications (created_at, id)',
  `create index verifications_appealed on verifications (appealed_at) where appeal_decision = 'open'`,
  'create table retention_marks (name text primary key, at bigint not null, id text not null)',
];
