import { Migrator } from 'kysely/migration';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_KEY, type Place, storeEngines } from '../testing/stores.ts';
import { checkAudit } from './audit-check.ts';
import type { Engine } from './engine.ts';
import { migrateDatabase, openEngine } from './engines.ts';
import { listMigrations } from './migrate.ts';
import { first } from './migrations/0001-first.ts';
import { MIGRATIONS } from './migrations/index.ts';

const LINES = 2500;

/** A database as the first version left it, with a verification and many lines of audit. */
async function asFirstVersion({ database, run }: Place): Promise<void> {
  const engine = await openEngine({ database, now: Date.now, report: () => undefined });
  const context = { engine: engine.name, auditKey: AUDIT_KEY };
  const up = (db: Parameters<typeof first>[0]) => first(db, context);
  const migrator = new Migrator({ db: engine.db, provider: { getMigrations: async () => ({ '0001-first': { up } }) } });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  await engine.db.destroy();
  await run(`insert into verifications (id, kiosk, till, sale, channel, idempotency_key, request, person, subject_name,
    subject_id, state, created_at, expires_at, answered, revision)
    values ('v1', 'k1', 't', 's', 'kiosk', 'key', 'r', 'p', '张*', '1*1', 'created', 1, 2, '{}', 1)`);
  const lines = Array.from({ length: LINES }, (_, i) => `(${i}, 'backend', 'w${i}', 'v${i % 7}', '{"b":1,"a":${i}}')`);
  await run(`insert into audit (at, who, what, verification, detail) values ${lines.join(', ')}`);
}

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`the tables on ${engine.title}`, () => {
    let place: Place;
    const opened: Engine[] = [];
    const open = async () => {
      const one = await openEngine({ database: place.database, now: Date.now, report: () => undefined });
      opened.push(one);
      return one;
    };
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove, 60_000);
    beforeEach(async () => {
      place = await engine.place();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.db.destroy();
      await place.close();
    });

    it('of the first version go on, and its lines of audit are chained in their order', async () => {
      await asFirstVersion(place);
      const store = await place.open();
      expect(await store.verifications.find('v1')).toMatchObject({ subject_name: '张*', round: 1 });
      const lines = await store.audit.of('v1');
      expect(lines.map(({ at }) => at)).toEqual(Array.from({ length: LINES }, (_, i) => i).filter((i) => i % 7 === 1));
      expect(lines[0]).toMatchObject({ what: 'w1', detail: '{"a":1,"b":1}' });
      await store.audit.append({ at: 1, who: 'backend', what: 'later', verification: 'v1' });
      const report = await checkAudit((await open()).db, { key: AUDIT_KEY });
      expect(report).toMatchObject({ lines: LINES + 1, findings: [] });
      await expect(place.run('delete from audit')).rejects.toThrow('append-only');
    });
    it('are made once, however many processes start at once', async () => {
      const stores = await Promise.all([place.open(), place.open(), place.open()]);
      for (const [i, store] of stores.entries()) await store.audit.append({ at: i, who: 'backend', what: 'w' });
      const all = await listMigrations((await open()).db, place.database.engine);
      expect(all.map(({ name }) => name)).toEqual(Object.keys(MIGRATIONS));
      expect(all.every(({ appliedAt }) => !Number.isNaN(Date.parse(appliedAt ?? '')))).toBe(true);
      const again = { database: place.database, now: Date.now, report: () => undefined, auditKey: AUDIT_KEY };
      expect(await migrateDatabase(again)).toEqual([]);
    });
    it('are left alone when that is the wish, and then refused with the remedy', async () => {
      const refused = expect.objectContaining({
        code: 'database-outdated',
        message: expect.stringMatching(/0001-first, .*: run `npm run migrate -- --config server.yaml`/),
      });
      await expect(place.open({ migrate: 'manual' })).rejects.toEqual(refused);
      await place.open();
      await place.open({ migrate: 'manual' });
    });
    it('are changed all or nothing', async () => {
      await asFirstVersion(place);
      await place.run('create table leases (name text)');
      await expect(place.open()).rejects.toThrow(/leases/);
      const all = await listMigrations((await open()).db, place.database.engine);
      expect(all.filter(({ appliedAt }) => appliedAt).map(({ name }) => name)).toEqual(['0001-first']);
      await place.run('drop table leases');
      expect(await (await place.open()).audit.of('v1')).not.toEqual([]);
    });
    it('of a later version are refused', async () => {
      await place.open();
      await place.run("insert into kysely_migration (name, timestamp) values ('9999-later', '2099-01-01')");
      const refused = { code: 'database-newer', message: expect.stringContaining('9999-later is not known here') };
      await expect(place.open()).rejects.toMatchObject(refused);
      await expect(place.open({ migrate: 'manual' })).rejects.toMatchObject(refused);
    });
  });
