import type { Db } from './open.ts';
import type { KioskRow } from './tables.ts';

export type KioskStore = {
  find(id: string): Promise<KioskRow | undefined>;
  insert(kiosk: KioskRow): Promise<void>;
  /** @param code its hash. @returns the kiosk that used it. */
  codeUsedBy(code: string): Promise<KioskRow | undefined>;
  /** @returns false when the code was used before. */
  useCode(code: string, kiosk: string, now: number): Promise<boolean>;
  /** @returns false when this kiosk used this nonce before. */
  useNonce(kiosk: string, nonce: string, expiresAt: number): Promise<boolean>;
  dropNonces(before: number): Promise<void>;
};

export function kioskStore(db: Db): KioskStore {
  return {
    find: (id) => db.selectFrom('kiosks').selectAll().where('id', '=', id).executeTakeFirst(),
    insert: async (kiosk) => void (await db.insertInto('kiosks').values(kiosk).execute()),
    codeUsedBy: (code) =>
      db
        .selectFrom('kiosks')
        .innerJoin('enrolment_codes', 'enrolment_codes.kiosk', 'kiosks.id')
        .selectAll('kiosks')
        .where('enrolment_codes.code', '=', code)
        .executeTakeFirst(),
    useCode: async (code, kiosk, now) => {
      const row = { code, kiosk, used_at: now };
      const query = db
        .insertInto('enrolment_codes')
        .values(row)
        .onConflict((conflict) => conflict.doNothing());
      return (await query.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
    },
    useNonce: async (kiosk, nonce, expiresAt) => {
      const row = { kiosk, nonce, expires_at: expiresAt };
      const query = db
        .insertInto('nonces')
        .values(row)
        .onConflict((conflict) => conflict.doNothing());
      return (await query.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
    },
    dropNonces: async (before) => void (await db.deleteFrom('nonces').where('expires_at', '<', before).execute()),
  };
}
