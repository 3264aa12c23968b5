import type { Db, KioskRow } from './tables.ts';

export type KioskStore = {
  find(id: string): Promise<KioskRow | undefined>;
  insert(kiosk: KioskRow): Promise<void>;
  /** @param code its hash. @returns the kiosk that used it. */
  codeUsedBy(code: string): Promise<KioskRow | undefined>;
  /** Uses a code up; fails when it was used before: a transaction that looked first runs again, and sees it. */
  useCode(code: string, kiosk: string, now: number): Promise<void>;
  /** @returns false when this kiosk used this nonce before. */
  useNonce(kiosk: string, nonce: string, expiresAt: number): Promise<boolean>;
  knowsNonce(kiosk: string, nonce: string): Promise<boolean>;
  hasNonces(before: number): Promise<boolean>;
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
    useCode: async (code, kiosk, now) =>
      void (await db.insertInto('enrolment_codes').values({ code, kiosk, used_at: now }).execute()),
    useNonce: async (kiosk, nonce, expiresAt) => {
      const row = { kiosk, nonce, expires_at: expiresAt };
      const query = db
        .insertInto('nonces')
        .values(row)
        .onConflict((conflict) => conflict.doNothing());
      return (await query.executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
    },
    knowsNonce: async (kiosk, nonce) => {
      const known = db.selectFrom('nonces').select('nonce').where('kiosk', '=', kiosk).where('nonce', '=', nonce);
      return (await known.executeTakeFirst()) !== undefined;
    },
    hasNonces: async (before) => {
      const old = db.selectFrom('nonces').select('nonce').where('expires_at', '<', before).limit(1);
      return (await old.executeTakeFirst()) !== undefined;
    },
    dropNonces: async (before) => void (await db.deleteFrom('nonces').where('expires_at', '<', before).execute()),
  };
}
