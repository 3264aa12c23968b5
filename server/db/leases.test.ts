import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Place, storeEngines } from '../testing/stores.ts';
import type { Store } from './store.ts';

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`a job that one of many processes does, on ${engine.title}`, () => {
    let place: Place;
    let processes: readonly Store[];
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove, 60_000);
    beforeEach(async () => {
      place = await engine.place();
      processes = [await place.open(), await place.open(), await place.open()];
    });
    afterEach(() => place.close());

    it('is done by one at a time, and then by the next', async () => {
      let [running, most] = [0, 0];
      const work = async () => {
        most = Math.max(most, ++running);
        await sleep(60);
        running--;
        return 'done';
      };
      const all = [...processes, ...processes, ...processes];
      const said = await Promise.all(all.map((store) => store.exclusively('job', 5000, work)));
      expect(said.filter(({ held }) => held)).toEqual([{ held: true, result: 'done' }]);
      expect(most).toBe(1);
      expect(await processes[2]!.exclusively('job', 5000, work)).toEqual({ held: true, result: 'done' });
    });
    it('keeps no other job from being done', async () => {
      const inner = () => processes[1]!.exclusively('other', 5000, async () => 'done');
      const outer = await processes[0]!.exclusively('job', 5000, inner);
      expect(outer).toEqual({ held: true, result: { held: true, result: 'done' } });
    });
    it('is given back when it fails', async () => {
      const failing = processes[0]!.exclusively('job', 60_000, async () => {
        throw new Error('no disk');
      });
      await expect(failing).rejects.toThrow('no disk');
      expect((await processes[1]!.exclusively('job', 1000, async () => 1)).held).toBe(true);
    });
    it('of a process that died is taken over when its lease is over, and not before', async () => {
      await place.run("insert into leases (name, holder, until) values ('job', 'dead', now_ms() + 5000)");
      expect(await processes[0]!.exclusively('job', 1000, async () => 1)).toEqual({ held: false });
      await place.forward(5001);
      expect(await processes[0]!.exclusively('job', 1000, async () => 1)).toEqual({ held: true, result: 1 });
    });
    it('is kept while it goes on longer than its lease, and told when it was lost', async () => {
      const long = processes[0]!.exclusively('job', 300, async (lost) => {
        await sleep(700);
        const others = await processes[1]!.exclusively('job', 300, async () => 1);
        await place.run("update leases set holder = 'thief' where name = 'job'");
        await sleep(250);
        return [others.held, lost.aborted];
      });
      expect(await long).toEqual({ held: true, result: [false, true] });
    });
  });
