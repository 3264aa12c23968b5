import type { Db } from './open.ts';
import type { AuditRow } from './tables.ts';

export type AuditLine = {
  readonly at: number;
  /** `kiosk:ID` or `backend`. */
  readonly who: string;
  readonly what: string;
  readonly verification?: string;
  /** Masked: no name, no ID number. */
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** Append-only: the database itself refuses to change or delete a line. */
export type AuditStore = {
  append(line: AuditLine): Promise<void>;
  of(verification: string): Promise<readonly AuditRow[]>;
};

export function auditStore(db: Db): AuditStore {
  return {
    append: async ({ at, who, what, verification, detail }) => {
      const row = { at, who, what, verification: verification ?? null, detail: JSON.stringify(detail ?? {}) };
      await db.insertInto('audit').values(row).execute();
    },
    of: (verification) =>
      db.selectFrom('audit').selectAll().where('verification', '=', verification).orderBy('seq').execute(),
  };
}
