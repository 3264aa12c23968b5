import { type Kysely, sql } from 'kysely';

export type EngineName = 'sqlite' | 'postgres';

/** What a change of the tables may need besides the database. */
export type MigrationContext = {
  readonly engine: EngineName;
  /** Key of the audit's chains: lines that are moved are chained anew. */
  readonly auditKey: Uint8Array;
};

/**
 * One change of the tables, all or nothing; one that was released is never edited. Types that both engines know:
 * `text`, `bigint`; what differs is asked of `context.engine`.
 */
export type MigrationStep = (db: Kysely<unknown>, context: MigrationContext) => Promise<void>;

/** Runs plain statements one after the other. */
export async function runAll(db: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
