import type { Db, KioskRow } from '../tables.ts';

type CodeRow = {
  /** SHA-256, base64url. */
  readonly code: string;
  /** For whom, in the operator's words. */
  readonly label: string;
  readonly offered_at: number;
  readonly expires_at: number;
};
type CodeTables = { readonly offered_codes: CodeRow };

/** Kiosks as their operator sees them, and one-time codes for new ones. */
export type CodeStore = {
  offerCode(row: CodeRow): Promise<void>;
  /** Whether this code was given out and is still good; whether it was used is asked elsewhere. */
  isOffered(code: string, now: number): Promise<boolean>;
  allKiosks(): Promise<readonly KioskRow[]>;
  /** @returns false when there is none, or it was revoked before. */
  revokeKiosk(id: string, now: number): Promise<boolean>;
};

export function codeStore(untyped: Db): CodeStore {
  const db = untyped.withTables<CodeTables>();
  return {
    offerCode: async (row) => void (await db.insertInto('offered_codes').values(row).execute()),
    isOffered: async (code, now) => {
      const good = db.selectFrom('offered_codes').select('code').where('code', '=', code).where('expires_at', '>', now);
      return (await good.executeTakeFirst()) !== undefined;
    },
    allKiosks: () => db.selectFrom('kiosks').selectAll().orderBy('enrolled_at').execute(),
    revokeKiosk: async (id, now) => {
      const query = db.updateTable('kiosks').set({ revoked_at: now }).where('id', '=', id);
      return (await query.where('revoked_at', 'is', null).executeTakeFirst()).numUpdatedRows === 1n;
    },
  };
}
