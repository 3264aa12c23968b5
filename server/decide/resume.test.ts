import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Answer, Authority } from '../authorities/contract.ts';
import type { Attempt, Verification } from '../contract/index.ts';
import { json } from '../testing/answers.ts';
import { saying, startTestBackend, type TestBackend, type TestOptions, untilEnded, ZHANG } from '../testing/backend.ts';
import { TestKiosk } from '../testing/kiosk.ts';
import { storeEngines } from '../testing/stores.ts';

/** An authority that counts who asked, and answers when it is told to. */
function counted(name: Authority['name'], answer?: Answer) {
  let asked = 0;
  return {
    authority: {
      name,
      ask: () => {
        asked++;
        return answer ? Promise.resolve(answer) : new Promise<never>(() => undefined);
      },
    } satisfies Authority,
    asked: () => asked,
  };
}
const bankYes: Answer = { outcome: 'match', code: 'bank-match' };
const otherFace: Answer = { outcome: 'mismatch', face: 'mismatch', code: 'police-face-mismatch' };

/** How long a process that is silent keeps its turn: long beside what a busy machine may hold it up. */
const LEASE_MS = 1500;

for (const engine of storeEngines())
  describe
    .skipIf(engine.skip)
    .concurrent(`a decision whose process is gone, on ${engine.title}`, { timeout: 60_000 }, () => {
      beforeAll(engine.start, 60_000);
      afterAll(engine.remove);

      /** A database and a data folder for one test, so that tests can run side by side. */
      async function open({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
        const place = await engine.place();
        const data = mkdtempSync(join(tmpdir(), 'resume-'));
        const started: TestBackend[] = [];
        onTestFinished(async () => {
          for (const one of started) await one.stop(0).catch(() => undefined);
          await place.close();
          rmSync(data, { recursive: true, force: true });
        });
        const start = async (change: TestOptions) => {
          const { database, world } = place;
          const times = { leaseMs: LEASE_MS, authorityLimitMs: 60_000 };
          const one = await startTestBackend({ data, database, world, ...times, ...change });
          started.push(one);
          return one;
        };
        return { place, start };
      }
      const at = (kiosk: TestKiosk, backend: TestBackend) =>
        Object.assign(new TestKiosk((url, init) => backend.app.request(url, init)), { id: kiosk.id, keys: kiosk.keys });
      const toMatching = async (kiosk: TestKiosk) => {
        const { id } = await json<Verification>(kiosk.ask(ZHANG));
        const attempt = await json<Attempt>(kiosk.attempt(id));
        expect((await kiosk.hand(attempt, await kiosk.seal(await kiosk.evidenceFor(attempt)))).status).toBe(202);
        return id;
      };
      const linesOf = async (backend: TestBackend, id: string) =>
        (await backend.store.audit.of(id)).map(({ what }) => what);
      /** Ends a process as a power cut would: nothing that it does reaches the database any more. */
      const crash = (backend: TestBackend) => backend.store.close();

      it('is taken up by one other, which asks only who has not answered, and it ends once', async (test) => {
        const { start } = await open(test);
        const [bank, police] = [counted('bank', bankYes), counted('police')];
        const dying = await start({ authorities: [bank.authority, police.authority, saying('insurer')] });
        const kiosk = await dying.kiosk();
        const id = await toMatching(kiosk);
        while ((await kiosk.find(id)).answered.length < 2) await sleep(20);
        const [bankAgain, policeAgain] = [counted('bank', bankYes), counted('police', otherFace)];
        const authorities = [bankAgain.authority, policeAgain.authority, saying('insurer')];
        const [one] = [await start({ authorities }), await start({ authorities })];
        // While its process lives, however long it takes, it is nobody else's.
        await sleep(1.5 * LEASE_MS);
        expect(policeAgain.asked()).toBe(0);
        await crash(dying);
        const ended = await untilEnded(at(kiosk, one), id, 30_000);
        expect(ended.result).toMatchObject({ outcome: 'rejected', reason: 'police-face-mismatch' });
        expect(ended.result?.authorities).toEqual({ bank: 'match', police: 'mismatch', insurer: 'match' });
        expect([bank.asked(), bankAgain.asked(), police.asked(), policeAgain.asked()]).toEqual([1, 0, 1, 1]);
        await sleep(LEASE_MS);
        const lines = await linesOf(one, id);
        expect(lines.filter((what) => what === 'decision-resumed')).toHaveLength(1);
        expect(lines.filter((what) => what === 'verification-rejected')).toHaveLength(1);
        expect(policeAgain.asked()).toBe(1);
      });

      it('is taken up by one of several that look at the same moment', async (test) => {
        const { start } = await open(test);
        const dying = await start({ authorities: [counted('bank').authority, saying('police'), saying('insurer')] });
        const kiosk = await dying.kiosk();
        const id = await toMatching(kiosk);
        await crash(dying);
        await sleep(1.2 * LEASE_MS);
        const [one] = await Promise.all([start({}), start({}), start({})]);
        expect((await untilEnded(at(kiosk, one!), id, 30_000)).state).toBe('verified');
        expect((await linesOf(one!, id)).filter((what) => what === 'decision-resumed')).toHaveLength(1);
      });

      it('that could not be written is taken up again by the same process', async (test) => {
        const { start } = await open(test);
        const backend = await start({});
        const kiosk = await backend.kiosk();
        const failing = backend.store.transaction;
        let failures = 2;
        const broken = Object.assign(backend.store, {
          transaction: (work: Parameters<typeof failing>[0]) =>
            failing(async (records) => {
              const evidence = { ...records.evidence };
              evidence.settle = async (...args) => {
                if (failures-- > 0) throw new Error('the disk is full');
                await records.evidence.settle(...args);
              };
              evidence.drop = async (...args) => {
                if (failures-- > 0) throw new Error('the disk is full');
                await records.evidence.drop(...args);
              };
              return work({ ...records, evidence });
            }),
        });
        const id = await toMatching(kiosk);
        expect((await untilEnded(kiosk, id, 30_000)).state).toBe('verified');
        expect(backend.faults.map((fault) => (fault as Error).message)).toContain('the disk is full');
        expect(broken.evidence).toBeDefined();
      });

      it('of a process that lost its turn is left to the one that has it', async (test) => {
        const { start } = await open(test);
        let answer: (said: Answer) => void = () => undefined;
        const bank: Authority = { name: 'bank', ask: () => new Promise((resolve) => (answer = resolve)) };
        const backend = await start({ leaseMs: 60_000, authorities: [bank, saying('police'), saying('insurer')] });
        const kiosk = await backend.kiosk();
        const id = await toMatching(kiosk);
        while ((await kiosk.find(id)).answered.length < 2) await sleep(20);
        const later = (await backend.store.now()) + 60_000;
        expect(await backend.store.evidence.take(id, 'another', later, later + 60_000)).toBe(true);
        answer(bankYes);
        await sleep(300);
        expect(await kiosk.find(id)).toMatchObject({
          state: 'matching',
          answered: expect.not.arrayContaining(['bank']),
        });
        expect(backend.faults).toEqual([]);
      });

      it('that was cancelled meanwhile stays cancelled, and nobody is asked', async (test) => {
        const { start } = await open(test);
        const silent = counted('bank');
        const dying = await start({ authorities: [silent.authority, saying('police'), saying('insurer')] });
        const kiosk = await dying.kiosk();
        const id = await toMatching(kiosk);
        await crash(dying);
        const bank = counted('bank', bankYes);
        const next = await start({ authorities: [bank.authority, saying('police'), saying('insurer')] });
        await at(kiosk, next).cancel(id);
        await sleep(2 * LEASE_MS);
        expect((await at(kiosk, next).find(id)).state).toBe('cancelled');
        expect(bank.asked()).toBe(0);
        expect(await next.store.evidence.find(id)).toBeUndefined();
      });

      it('that ended its process time and again is given up, and says so', async (test) => {
        const { start } = await open(test);
        const silent = counted('bank');
        const dying = await start({ authorities: [silent.authority, saying('police'), saying('insurer')] });
        const kiosk = await dying.kiosk();
        const id = await toMatching(kiosk);
        for (let i = 0; i < 5; i++) {
          const line = { at: i, who: 'backend', what: 'decision-resumed', verification: id };
          await dying.store.audit.append({ ...line, detail: { round: 1, answered: '' } });
        }
        await crash(dying);
        const next = await start({});
        const { result } = await untilEnded(at(kiosk, next), id, 30_000);
        expect(result).toMatchObject({ outcome: 'unavailable', reason: 'backend-fault', next: ['retry', 'appeal'] });
      });

      it('whose evidence cannot be opened ends at once as unavailable, and is no pass', async (test) => {
        const { place, start } = await open(test);
        const silent = counted('bank');
        const dying = await start({ authorities: [silent.authority, saying('police'), saying('insurer')] });
        const kiosk = await dying.kiosk();
        const id = await toMatching(kiosk);
        await crash(dying);
        await place.run(`update evidence set key_id = 'nobody'`);
        const next = await start({});
        const { result } = await untilEnded(at(kiosk, next), id, 30_000);
        expect(result).toMatchObject({ outcome: 'unavailable', reason: 'backend-fault' });
        expect(next.faults).toEqual([expect.objectContaining({ code: 'kept-unreadable' })]);
      });

      it('leaves no evidence when it is verified, and the picture alone when it could be appealed', async (test) => {
        const { start } = await open(test);
        const backend = await start({});
        const kiosk = await backend.kiosk();
        const verified = await toMatching(kiosk);
        await untilEnded(kiosk, verified);
        expect(await backend.store.evidence.find(verified)).toBeUndefined();
        const other = await start({ authorities: [saying('bank'), saying('police', otherFace), saying('insurer')] });
        const there = at(kiosk, other);
        const rejected = await toMatching(there);
        const { result } = await untilEnded(there, rejected);
        expect(await other.store.evidence.find(rejected)).toMatchObject({
          rest: null,
          holder: null,
          lease_until: null,
          answers: '{}',
          still: expect.any(Uint8Array),
          keep_until: Date.parse(result!.nextUntil!),
        });
        await there.change(rejected, 'appeal', { by: 'subject' });
        const kept = await other.store.evidence.find(rejected);
        expect(kept!.keep_until - Date.now()).toBeGreaterThan(80_000_000);
        expect(kept!.still).not.toBeNull();
      });
    });
