import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../db/store.ts';
import { type Place, storeEngines, verificationRow } from '../testing/stores.ts';
import { sweep } from './sweep.ts';

const OVERDUE = 12;

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`what is overdue, on ${engine.title}`, () => {
    let place: Place;
    let processes: readonly Store[];
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove, 60_000);
    beforeEach(async () => {
      place = await engine.place();
      processes = [await place.open(), await place.open()];
    });
    afterEach(() => place.close());
    const swept = (store: Store) =>
      sweep({
        store,
        world: place.world,
        rules: { attempts: 3, ttlMs: 120_000, assistedMs: 60_000, reopenMs: 60_000 },
        appealMs: 1,
        policy: 'p',
        sign: () => 'receipt',
        announce: () => undefined,
      });

    it('is ended by one of the processes that look at the same moment, each verification once', async () => {
      const [first] = processes as [Store];
      const later = (await first.now()) + 60_000;
      await first.transaction(async ({ verifications }) => {
        for (let i = 0; i < OVERDUE; i++)
          await verifications.insert(verificationRow(`v${i}`, { kiosk: `k${i}`, state: 'waiting' }));
        await verifications.insert(verificationRow('later', { kiosk: 'later', state: 'waiting', expires_at: later }));
      });
      expect((await Promise.all(processes.map(swept))).sort((a, b) => a - b)).toEqual([0, OVERDUE]);
      const endings = await place.run("select verification from audit where what = 'verification-expired'");
      expect(new Set(endings.map(({ verification }) => verification)).size).toBe(OVERDUE);
      expect(endings).toHaveLength(OVERDUE);
      expect((await first.verifications.find('later'))?.state).toBe('waiting');
      expect(await Promise.all(processes.map(swept))).toEqual([0, 0]);
    });
  });
