import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkAudit } from '../db/audit-check.ts';
import { openEngine } from '../db/engines.ts';
import type { Store } from '../db/store.ts';
import { AUDIT_KEY, attemptRow, type Place, storeEngines, verificationRow } from '../testing/stores.ts';
import { retain } from './retention.ts';

const DAY = 86_400_000;
const RULES = { eventsDays: 10, verificationsDays: 100 };

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`retention on ${engine.title}`, () => {
    let place: Place;
    let store: Store;
    let now: number;
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove);
    beforeEach(async () => {
      place = await engine.place();
      store = await place.open();
      now = await store.now();
    });
    afterEach(() => place.close());

    /** An ended verification of so many days ago, with three events, an attempt and a person. */
    async function keep(id: string, days: number, change: Parameters<typeof verificationRow>[1] = {}) {
      const created_at = Math.floor(now - days * DAY);
      const row = verificationRow(id, { state: 'verified', outcome: 'verified', created_at, revision: 3, ...change });
      await store.transaction(async (records) => {
        await records.verifications.insert(row);
        for (const revision of [1, 2, 3])
          await records.verifications.addEvent({ verification: id, revision, data: '{}' });
        await records.attempts.insert(attemptRow(`a-${id}`, 1, { verification: id }));
        await records.keeping.involve(id, ['p', 'q']);
        await records.audit.append({ at: created_at, who: 'backend', what: 'verification-created', verification: id });
      });
    }
    const eventsOf = async (id: string) => (await store.verifications.eventsAfter(id, 0)).map((e) => e.revision);
    const lines = async () =>
      (await place.run("select detail from audit where what = 'retention' order by chain, n")).map(({ detail }) =>
        JSON.parse(String(detail)),
      );

    it('takes away what is older than its days, and says how many, not whose', async () => {
      for (const [id, days] of Object.entries({ new: 1, middle: 20, old: 101, older: 300 })) await keep(id, days);
      expect(await retain(store, RULES)).toMatchObject({ verifications: 2, events: 8 });
      expect(await store.verifications.find('old')).toBeUndefined();
      expect(await store.keeping.verificationsOf('p')).toEqual(expect.arrayContaining(['new', 'middle']));
      expect([await eventsOf('new'), await eventsOf('middle')]).toEqual([[1, 2, 3], [3]]);
      expect(await lines()).toEqual([{ events: 6, verifications: 2 }, { events: 2 }]);
      const { db } = await openEngine({ database: place.database, now: Date.now, report: () => undefined });
      expect((await checkAudit(db, { key: AUDIT_KEY })).findings).toEqual([]);
      await db.destroy();
    });
    it('writes nothing where nothing is old', async () => {
      await keep('new', 1);
      await retain(store, RULES);
      await retain(store, RULES);
      expect(await lines()).toEqual([]);
    });
    it('keeps what is not over: an open appeal, however old, and what is under way', async () => {
      await keep('appealed', 200, { state: 'appealed', appeal_decision: 'open', appealed_at: 1, kiosk: 'k2' });
      await keep('decided', 200, { state: 'appealed', appeal_decision: 'upheld', appealed_at: 1, kiosk: 'k3' });
      await keep('live', 200, { state: 'matching', outcome: null, kiosk: 'k4' });
      await retain(store, RULES);
      const left = await Promise.all(['appealed', 'decided', 'live'].map((id) => store.verifications.find(id)));
      expect(left.map((row) => row?.id)).toEqual(['appealed', undefined, 'live']);
    });
    it('takes away people and evidence whose date is over, and only those', async () => {
      for (const [id, until] of [
        ['due', now - 1],
        ['kept', now + DAY],
      ] as const) {
        await keep(id, 1);
        await store.parties.insert({ verification: id, sealed: 's', keep_until: until });
        const key = { key_id: 'k', wrapped: new Uint8Array(60), still: new Uint8Array(9), rest: null };
        const lease = { holder: null, lease_until: null, answers: '{}' };
        const of = { verification: id, attempt: `a-${id}`, round: 1, received_at: 1, keep_until: until };
        await store.evidence.put({ ...of, ...key, ...lease });
        const relative = { id: `r-${id}`, kiosk: 'k', cardholder: 'c', sealed: 's', expires_at: until };
        await store.parties.insertRelatives([relative]);
      }
      expect(await retain(store, RULES)).toEqual({ relatives: 1, parties: 1, evidence: 1 });
      const left = [store.parties.of('due'), store.evidence.find('due'), store.parties.relative('r-due')];
      expect(await Promise.all(left)).toEqual([undefined, undefined, undefined]);
      expect((await store.evidence.find('kept'))?.still).toHaveLength(9);
    });
    it('is done once by several processes, in batches', async () => {
      const second = await place.open();
      await store.transaction(async (records) => {
        for (let i = 0; i < 1100; i++)
          await records.verifications.insert(
            verificationRow(`v${i}`, { state: 'verified', created_at: Math.floor(now - 200 * DAY) + (i % 3) }),
          );
      });
      const both = await Promise.all([retain(store, RULES), retain(second, RULES)]);
      expect(both.reduce((sum, { verifications = 0 }) => sum + verifications, 0)).toBe(1100);
      expect((await lines()).map((line) => line.verifications)).toEqual([500, 500, 100]);
    });
  });
