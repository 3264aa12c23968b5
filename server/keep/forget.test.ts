import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maskIdNumber, maskName, type Verification } from '../contract/index.ts';
import { checkAudit } from '../db/audit-check.ts';
import { openEngine } from '../db/engines.ts';
import { scrub } from '../db/scrub.ts';
import { openKeys } from '../keys/keys.ts';
import type { PeopleSource } from '../people/source.ts';
import { json } from '../testing/answers.ts';
import { LI, saying, startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import { tryOnce } from '../testing/course.ts';
import type { TestKiosk } from '../testing/kiosk.ts';
import { type Place, storeEngines } from '../testing/stores.ts';
import { forgetPerson } from './forget.ts';
import { retain } from './retention.ts';

/** A grandparent, a child under 14, and somebody who has nothing to do with them. */
const CHILD = '110105201601010014';
const OTHER = LI;
const family: PeopleSource = {
  lookup: async () => ({ kind: 'not-found' }),
  family: async ({ idNumber }) => ({
    kind: 'known',
    relatives: idNumber === OTHER ? [{ idNumber: ZHANG, name: '张小敏', relation: { code: '7', label: '母' } }] : [],
  }),
  relations: async () => [],
};
const otherFace = { outcome: 'mismatch', face: 'mismatch', code: 'police-face-mismatch' } as const;

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`forgetting on ${engine.title}`, () => {
    let place: Place;
    let data: string;
    let backend: TestBackend;
    let kiosk: TestKiosk;
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove);
    beforeEach(async () => {
      place = await engine.place();
      data = mkdtempSync(join(tmpdir(), 'forget-'));
      const authorities = [saying('bank'), saying('police', otherFace), saying('insurer')];
      backend = await startTestBackend({ data, database: place.database, authorities, source: family });
      kiosk = await backend.kiosk();
    });
    afterEach(async () => {
      await backend.stop(0).catch(() => undefined);
      await place.close();
      rmSync(data, { recursive: true, force: true });
    });

    const ask = async (idNumber: string, more = {}) => {
      const response = await kiosk.ask(idNumber, { sale: `S-${idNumber.slice(-3)}`, more });
      expect(response.status).toBe(201);
      return (await json<Verification>(response)).id;
    };
    const forget = (endLive = false) => {
      const { store, vault } = backend;
      const world = { now: Date.now, random: (n: number) => crypto.getRandomValues(new Uint8Array(n)) };
      const rules = { attempts: 3, ttlMs: 120_000, assistedMs: 60_000, reopenMs: 60_000 };
      const change = { store, world, rules, appealMs: 1, policy: 'p', sign: () => 'r', announce: () => undefined };
      return forgetPerson({ ...change, vault }, ZHANG, { who: 'operator:me', endLive });
    };
    /** Everything that the database holds, as text: files and journal, or every table. */
    async function everything(): Promise<string> {
      const { database } = place;
      if (database.engine === 'sqlite') {
        const folder = join(database.path, '..');
        return readdirSync(folder)
          .map((name) => readFileSync(join(folder, name)).toString('latin1'))
          .join('\n');
      }
      const tables = await place.run("select tablename from pg_tables where schemaname = 'public'");
      const rows = await Promise.all(tables.map(({ tablename }) => place.run(`select * from ${tablename}`)));
      return Buffer.from(JSON.stringify(rows)).toString('latin1');
    }
    const inLatin = (text: string) => Buffer.from(text).toString('latin1');
    /** Receipts hold JSON in base64url: a name can stand in three ways there. */
    const inReceipt = (text: string) =>
      [0, 1, 2].map((shift) =>
        Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
          .toString('base64url')
          .slice(shift === 0 ? 0 : shift + 1, -3),
      );
    const traces = (idNumber: string, name: string) => [
      idNumber,
      inLatin(name),
      inLatin(maskName(name)),
      maskIdNumber(idNumber),
      ...inReceipt(maskIdNumber(idNumber)),
    ];
    const found = async (all: readonly string[]) => {
      const text = await everything();
      return all.filter((trace) => text.includes(trace));
    };

    it('leaves nothing of a person anywhere, keeps others, and the audit whole', async () => {
      const asCardholder = await ask(ZHANG);
      await tryOnce(kiosk, asCardholder);
      await kiosk.change(asCardholder, 'appeal', { by: 'subject' });
      const guardian = { name: '张小敏', idNumber: ZHANG, relation: '2', consent: true };
      await backend.store.people.upsert({
        id: backend.vault.fingerprint('person', CHILD),
        sealed: backend.vault.seal(backend.vault.fingerprint('person', CHILD), { idNumber: CHILD, name: '小宝' }),
        updated_at: 0,
      });
      const asGuardian = await ask(CHILD, { subject: { who: 'cardholder', guardian } });
      await kiosk.cancel(asGuardian);
      const { relatives } = await json<{ relatives: { person: string }[] }>(kiosk.people({ idNumber: OTHER }));
      const asRelative = await ask(OTHER, { subject: { who: 'relative', person: relatives[0]!.person } });
      await kiosk.cancel(asRelative);
      const ofOther = await ask(OTHER);
      await tryOnce(kiosk, ofOther);
      // Whose people are gone already: their verifications are found all the same.
      await retain(backend.store, { eventsDays: 30, verificationsDays: 30 });
      expect(await backend.store.parties.of(asGuardian)).toBeUndefined();
      // The search finds what it looks for while it is there.
      const before = await found(traces(ZHANG, '张小敏'));
      expect(before).toEqual(expect.arrayContaining([maskIdNumber(ZHANG), inLatin(maskName('张小敏'))]));
      expect(before.length).toBeGreaterThanOrEqual(4);
      expect(before).not.toContain(ZHANG);

      expect(await forget()).toEqual({ ok: true, people: 1, relatives: 1, verifications: 3, auditLines: 0 });
      expect(await scrub({ database: place.database })).toBe(true);
      expect(await found(traces(ZHANG, '张小敏'))).toEqual([]);
      expect(await found(traces(OTHER, '李娜'))).toEqual(expect.arrayContaining([maskIdNumber(OTHER)]));
      expect((await kiosk.find(ofOther)).state).toBe('rejected');
      expect((await kiosk.request({ method: 'GET', path: `/v1/verifications/${asCardholder}` })).status).toBe(404);
      const { db } = await openEngine({ database: place.database, now: Date.now, report: () => undefined });
      const { audit: key } = openKeys(data, { now: Date.now, random: () => new Uint8Array() });
      expect((await checkAudit(db, { key })).findings).toEqual([]);
      await db.destroy();
      const lines = await place.run("select who, detail from audit where what = 'person-forgotten'");
      expect(lines).toEqual([
        { who: 'operator:me', detail: '{"auditLines":0,"people":1,"relatives":1,"verifications":3}' },
      ]);
      expect(await forget()).toMatchObject({ ok: true, people: 0, verifications: 0 });
    }, 30_000);

    it('waits for a verification that is under way, or cancels it first when told so', async () => {
      const ended = await ask(ZHANG);
      await kiosk.cancel(ended);
      const live = await ask(ZHANG);
      expect(await forget()).toEqual({ ok: false, live: [live] });
      expect((await kiosk.find(ended)).state).toBe('cancelled');
      expect(await forget(true)).toMatchObject({ ok: true, verifications: 2 });
      expect((await backend.store.audit.of(live)).map(({ what }) => what)).toContain('verification-cancelled');
      expect(await backend.store.verifications.find(live)).toBeUndefined();
    });
  });
