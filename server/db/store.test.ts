import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attemptRow, type Place, verificationRow as row, storeEngines } from '../testing/stores.ts';
import type { Store } from './store.ts';

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`the store on ${engine.title}`, () => {
    let place: Place;
    let store: Store;
    /** Another process on the same database. */
    let second: Store;
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove, 60_000);
    beforeEach(async () => {
      place = await engine.place();
      store = await place.open();
      second = await place.open();
    });
    afterEach(() => place.close());
    /** Many at once, in turn from either process. */
    const both = <T>(count: number, work: (store: Store, i: number) => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: count }, (_, i) => work(i % 2 ? second : store, i)));

    it('tells the time of one clock, also in the middle of a transaction', async () => {
      const before = await store.now();
      expect(Math.abs(before - Date.now())).toBeLessThan(1000);
      expect(Number.isSafeInteger(before)).toBe(true);
      await store.transaction(async (records) => {
        const first = await records.now();
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(await records.now()).toBeGreaterThan(first);
      });
      await place.forward(100_000);
      expect((await second.now()) - before).toBeGreaterThanOrEqual(100_000);
    });
    it('gives numbers back as numbers', async () => {
      await store.verifications.insert(row('v1', { amount: 12_345_678_901, created_at: 1.8e12 }));
      expect(await store.verifications.find('v1')).toEqual(row('v1', { amount: 12_345_678_901, created_at: 1.8e12 }));
    });
    it('lets only one of many writers, in two processes, end a verification', async () => {
      const before = row('v1', { state: 'matching' });
      await store.verifications.insert(before);
      const ends = ['verified', 'rejected', 'cancelled', 'expired', 'unavailable'];
      const ended = await both(ends.length, (one, i) =>
        one.verifications.change(before, { ...before, state: ends[i]!, revision: 2 }),
      );
      expect(ended.filter(Boolean)).toHaveLength(1);
      expect(await second.verifications.change(before, { ...before, state: 'verified', revision: 2 })).toBe(false);
      expect((await store.verifications.find('v1'))!.state).toBe(ends[ended.indexOf(true)]);
    });
    it('holds a verification that a transaction has read, so that no change is lost', async () => {
      await store.verifications.insert(row('v1', { answered: '0' }));
      const changed = await both(24, (one) =>
        one.transaction(async ({ verifications }) => {
          const before = (await verifications.find('v1'))!;
          const answered = String(Number(before.answered) + 1);
          return verifications.change(before, { ...before, answered, revision: before.revision + 1 });
        }),
      );
      expect(changed).toEqual(changed.map(() => true));
      expect(await store.verifications.find('v1')).toMatchObject({ answered: '24', revision: 25 });
    });
    it('holds one unfinished verification a kiosk: of many that ask at once, the others are told', async () => {
      const said = await both(10, (one, i) =>
        one.transaction(async ({ verifications }) => {
          if (await verifications.findLive('k1')) return 'busy';
          await verifications.insert(row(`v${i}`));
          return 'made';
        }),
      );
      expect(said.sort()).toEqual([...Array(9).fill('busy'), 'made']);
      await store.verifications.insert(row('done', { state: 'expired' }));
      await store.verifications.insert(row('other', { kiosk: 'k2' }));
    });
    it('makes one verification of one idempotency key, however many ask with it at once', async () => {
      const ids = await both(40, (one, i) =>
        one.transaction(async ({ verifications }) => {
          const asked = await verifications.findAsked('k1', 't', 'key');
          if (asked) return asked.id;
          if (await verifications.findLive('k1')) return 'busy';
          await verifications.insert(row(`v${i}`, { idempotency_key: 'key' }));
          return `v${i}`;
        }),
      );
      expect(new Set(ids).size).toBe(1);
    });
    it('finds what is overdue, and nothing else', async () => {
      await store.verifications.insert(row('late', { kiosk: 'k1', expires_at: 100 }));
      await store.verifications.insert(row('later', { kiosk: 'k2', expires_at: 101 }));
      await store.verifications.insert(row('ended', { kiosk: 'k3', expires_at: 50, state: 'verified' }));
      expect(await store.verifications.overdue(100, 10)).toEqual(['late']);
      expect(await store.verifications.overdue(101, 1)).toEqual(['late']);
    });
    it('takes a nonce once, from whichever process, and forgets it when it is old', async () => {
      expect((await both(8, (one) => one.kiosks.useNonce('k1', 'n', 5))).filter(Boolean)).toHaveLength(1);
      await store.kiosks.dropNonces(5);
      expect(await second.kiosks.useNonce('k1', 'n', 5)).toBe(false);
      await store.kiosks.dropNonces(6);
      expect(await second.kiosks.useNonce('k1', 'n', 5)).toBe(true);
    });
    it('enrols one kiosk with a code, however many come with it at once', async () => {
      const kiosk = { name: 'n', store: 's', key: 'x', enrolled_at: 0, revoked_at: null };
      const said = await both(8, (one, i) =>
        one.transaction(async ({ kiosks }) => {
          if (await kiosks.codeUsedBy('code')) return 'used';
          await kiosks.insert({ ...kiosk, id: `k${i}` });
          await kiosks.useCode('code', `k${i}`, 1);
          return 'enrolled';
        }),
      );
      expect(said.sort()).toEqual(['enrolled', ...Array(7).fill('used')]);
    });
    it('takes evidence of an attempt once', async () => {
      await store.verifications.insert(row('v1'));
      await store.attempts.insert(attemptRow('a1', 1));
      const used = await both(4, (one, i) => one.attempts.use('a1', `e${i}`, 1));
      expect(used.filter(Boolean)).toHaveLength(1);
      expect((await store.attempts.find('v1', 'a1'))?.evidence).toBe(`e${used.indexOf(true)}`);
    });
    it('gives the latest plans of kiosk and person, each once, latest first', async () => {
      await store.verifications.insert(row('v1'));
      for (const [i, who] of [
        { kiosk: 'k1', person: 'p9' },
        { kiosk: 'k9', person: 'p1' },
        { kiosk: 'k1', person: 'p1' },
        { kiosk: 'k9', person: 'p9' },
      ].entries())
        await store.attempts.insert(attemptRow(`a${i}`, i + 1, who));
      expect(await store.attempts.recentPlans('k1', 'p1', 2)).toEqual(['3', '2', '1']);
      expect(await store.attempts.recentPlans('k1', 'p1', 1)).toEqual(['3']);
    });
    it('keeps a person once, as last said', async () => {
      await both(6, (one, i) => one.people.upsert({ id: 'p', sealed: `s${i}`, updated_at: i }));
      await store.people.upsert({ id: 'p', sealed: 'last', updated_at: 9 });
      expect(await second.people.find('p')).toEqual({ id: 'p', sealed: 'last', updated_at: 9 });
    });
    it('undoes a transaction that fails, and goes on', async () => {
      const failing = store.transaction(async (records) => {
        await records.verifications.insert(row('v1'));
        throw new Error('power cut');
      });
      await expect(failing).rejects.toThrow('power cut');
      expect(await store.verifications.find('v1')).toBeUndefined();
      await both(20, (one, i) =>
        one.transaction(async (records) => {
          await records.verifications.find('v1');
          await records.audit.append({ at: i, who: 'backend', what: 'test', verification: 'v1' });
        }),
      );
      expect(await store.audit.of('v1')).toHaveLength(20);
    });
    it('fails with the fault itself when a key is taken for good', async () => {
      await store.verifications.insert(row('v1'));
      let tries = 0;
      const insert = store.transaction(async ({ verifications }) => {
        tries++;
        await verifications.insert(row('v1', { kiosk: 'k2' }));
      });
      await expect(insert).rejects.toThrow(/unique/i);
      expect(tries).toBeLessThanOrEqual(20);
    });
    it('never changes or deletes a line of the audit', async () => {
      await store.audit.append({ at: 1, who: 'backend', what: 'test', verification: 'v1' });
      await expect(place.run("update audit set what = 'x'")).rejects.toThrow('append-only');
      await expect(place.run('delete from audit')).rejects.toThrow('append-only');
      expect((await store.audit.of('v1')).map(({ what }) => what)).toEqual(['test']);
    });
  });
