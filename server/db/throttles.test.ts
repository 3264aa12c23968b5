import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Limits } from '../authorities/throttle/rows.ts';
import { createThrottle, type Throttle } from '../authorities/throttle/throttle.ts';
import { type Place, storeEngines } from '../testing/stores.ts';
import type { Engine } from './engine.ts';
import { openEngine } from './engines.ts';
import { throttles } from './migrations/0004-throttles.ts';
import { throttleStore } from './throttles.ts';

const LIMITS: Limits = { wrongPerCard: 3, triesPerDay: 10, lockMs: 3600_000, holdMs: 60_000 };
const NOW = Date.parse('2026-07-01T04:00:00Z');

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`tries at the bank on ${engine.title}`, () => {
    let place: Place;
    let processes: readonly Engine[];
    let each: readonly Throttle[];
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove);
    beforeEach(async () => {
      place = await engine.place();
      const open = () => openEngine({ database: place.database, now: Date.now, report: () => undefined });
      processes = [await open(), await open()];
      // The migration sees the tables as they are before it.
      const untyped = processes[0]!.db as unknown as Kysely<unknown>;
      await throttles(untyped, { engine: processes[0]!.name, auditKey: new Uint8Array(32) });
      each = processes.map((one) => createThrottle(throttleStore(one), { now: () => NOW, random: randomBytes }));
    });
    afterEach(async () => {
      for (const { db } of processes) await db.destroy();
      await place.close();
    });

    it('gives no card a fourth try, whatever two processes ask at once', async () => {
      const asked = Array.from({ length: 12 }, (_, i) =>
        each[i % 2]!.reserve({ card: 'card', holder: `holder-${i}` }, LIMITS),
      );
      const taken = await Promise.all(asked);
      expect(taken.filter(({ place }) => place === 'ok')).toHaveLength(3);
      await Promise.all(taken.filter(({ place }) => place === 'ok').map((one) => one.settle('wrong')));
      const [fourth] = await Promise.all(each.map((one) => one.reserve({ card: 'card', holder: 'h' }, LIMITS)));
      expect(fourth!.place).toBe('card-locked');
    });

    it('gives nobody an eleventh try a day, whatever cards two processes try', async () => {
      const asked = Array.from({ length: 16 }, (_, i) =>
        each[i % 2]!.reserve({ card: `card-${i}`, holder: 'holder' }, LIMITS),
      );
      const places = (await Promise.all(asked)).map(({ place }) => place);
      expect(places.filter((one) => one === 'ok')).toHaveLength(10);
      expect(places.filter((one) => one === 'daily-limit')).toHaveLength(6);
    });

    it('lets one process settle while the other reserves, and counts both', async () => {
      for (let round = 0; round < 5; round++) {
        const taken = await each[0]!.reserve({ card: `card-${round}`, holder: 'a' }, LIMITS);
        const [, second] = await Promise.all([
          taken.settle('wrong'),
          each[1]!.reserve({ card: `card-${round}`, holder: 'b' }, LIMITS),
        ]);
        await second.settle('wrong');
        const third = await each[0]!.reserve({ card: `card-${round}`, holder: 'c' }, LIMITS);
        await third.settle('wrong');
        expect((await each[1]!.reserve({ card: `card-${round}`, holder: 'd' }, LIMITS)).place).toBe('card-locked');
      }
    });

    it('keeps its count when nothing of the step is written', async () => {
      const store = throttleStore(processes[0]!);
      const keys = { card: 'card', holder: 'holder', day: '2026-07-01' };
      const broken = store.change(keys, NOW, () => {
        throw new Error('in the middle');
      });
      await expect(broken).rejects.toThrow('in the middle');
      expect(await place.run('select * from bank_cards')).toEqual([]);
    });

    it('sweeps away what counts no more', async () => {
      const taken = await each[0]!.reserve({ card: 'card', holder: 'holder' }, LIMITS);
      await taken.settle('wrong');
      const store = throttleStore(processes[1]!);
      expect(await store.sweep({ day: '2026-07-01', changedAt: NOW })).toBe(0);
      expect(await store.sweep({ day: '2026-07-02', changedAt: NOW + 1 })).toBe(2);
    });
  });
