import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt, Verification } from '../contract/index.ts';
import { json } from '../testing/answers.ts';
import { LI, saying, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import type { TestKiosk } from '../testing/kiosk.ts';
import { type Place, storeEngines } from '../testing/stores.ts';

const CARD = '6222021234567894';
const PHONE = '13800000001';
const NAMES = ['张小敏', '李娜'];
const otherFace = { outcome: 'mismatch', face: 'mismatch', code: 'police-face-mismatch' } as const;

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`what a backend keeps and says on ${engine.title}`, () => {
    let place: Place;
    let data: string;
    let backend: TestBackend;
    let kiosk: TestKiosk;
    let jpeg: Buffer;
    let said: string[];
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove);
    beforeEach(async () => {
      place = await engine.place();
      data = mkdtempSync(join(tmpdir(), 'private-'));
      said = [];
      const slow = saying('bank', {}, 400);
      const authorities = [slow, saying('police', otherFace), saying('insurer')];
      const access = (line: unknown) => void said.push(JSON.stringify(line));
      const fault = (error: unknown, what: string) =>
        void said.push(`${what} ${String(error)} ${String((error as Error).stack)}`);
      backend = await startTestBackend({ data, database: place.database, authorities, access, fault });
      kiosk = await backend.kiosk();
    });
    afterEach(async () => {
      await backend.stop(0).catch(() => undefined);
      await place.close();
      rmSync(data, { recursive: true, force: true });
    });

    /** Every byte of the data folder, and of the database: its files, or each value of each row. */
    async function everything(): Promise<Buffer> {
      const { database } = place;
      const folders = database.engine === 'sqlite' ? [data, join(database.path, '..')] : [data];
      const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
      const parts = files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path));
      if (database.engine === 'sqlite') return Buffer.concat(parts);
      const tables = await place.run("select tablename from pg_tables where schemaname = 'public'");
      for (const { tablename } of tables)
        for (const row of await place.run(`select * from ${tablename}`))
          for (const value of Object.values(row))
            parts.push(value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value)));
      return Buffer.concat(parts);
    }

    /** What must stand nowhere, in the ways it could: as it is, in base64, in hex. */
    function secrets(): readonly { readonly what: string; readonly bytes: Buffer }[] {
      const plain = [ZHANG, ZHANG.slice(3, 14), LI, CARD, PHONE, ...NAMES].map((text) => ({
        what: text,
        bytes: Buffer.from(text),
      }));
      const pictures = [0, 30, Math.floor(jpeg.length / 2), jpeg.length - 30].map((at) => ({
        what: `the picture at ${at}`,
        bytes: jpeg.subarray(at, at + 24),
      }));
      const all = [...plain, ...pictures];
      const coded = all.flatMap(({ what, bytes }) => {
        const shifted = [0, 1, 2].map((shift) =>
          Buffer.concat([Buffer.alloc(shift), bytes])
            .toString('base64')
            .slice(shift === 0 ? 0 : 4, -4),
        );
        return [...shifted, bytes.toString('hex')]
          .filter((text) => text.length >= 8)
          .map((text) => ({ what: `${what} as ${text}`, bytes: Buffer.from(text) }));
      });
      return [...all, ...coded];
    }
    const found = (bytes: Buffer) => secrets().flatMap((one) => (bytes.includes(one.bytes) ? [one.what] : []));

    async function hand(): Promise<string> {
      const delegate = { who: 'by-hand', name: '李娜', idNumber: LI, relation: '9' };
      const { id } = await json<Verification>(kiosk.ask(ZHANG, { more: { subject: delegate } }));
      const attempt = await json<Attempt>(kiosk.attempt(id));
      const evidence = await kiosk.evidenceFor(attempt);
      jpeg = Buffer.from(evidence.still!.jpeg, 'base64');
      // The search finds the picture where it does stand.
      expect(found(Buffer.from(JSON.stringify(evidence))).length).toBeGreaterThan(2);
      const response = await kiosk.hand(attempt, await kiosk.seal(evidence));
      expect(response.status).toBe(202);
      said.push(await response.text());
      return id;
    }

    it('holds no number, name, card, phone or picture in the clear: in the middle, at the end, with an appeal', async () => {
      const id = await hand();
      expect((await backend.store.evidence.find(id))?.rest).toBeInstanceOf(Uint8Array);
      expect(found(await everything())).toEqual([]);
      said.push(JSON.stringify(await untilEnded(kiosk, id)));
      expect(found(await everything())).toEqual([]);
      const appealed = await kiosk.change(id, 'appeal', { by: 'cashier' });
      said.push(await appealed.text(), await (await backend.app.request('/metrics')).text());
      expect((await backend.store.evidence.find(id))?.still).toBeInstanceOf(Uint8Array);
      const all = await everything();
      expect(all.includes(Buffer.from(id))).toBe(true);
      expect(found(all)).toEqual([]);
    });

    it('says none of them in logs, answers and faults, whatever is wrong with a request', async () => {
      await hand();
      const wrong: readonly (() => Promise<Response>)[] = [
        () => kiosk.ask(ZHANG, { more: { subject: { who: 'by-hand', name: '李娜', idNumber: ZHANG, relation: '9' } } }),
        () => kiosk.ask('110105194912310021'),
        () => kiosk.people({ idNumber: ZHANG, insuranceNumber: CARD }),
        () => kiosk.request({ method: 'POST', path: '/v1/verifications', body: `{"idNumber":"${ZHANG}"` }),
        () => kiosk.request({ method: 'GET', path: `/v1/verifications/${ZHANG}?name=${encodeURIComponent('张小敏')}` }),
      ];
      for (const one of wrong) said.push(await (await one()).text());
      await backend.store.close();
      said.push(await (await kiosk.ask(ZHANG)).text());
      await sleep(600);
      expect(said.length).toBeGreaterThan(12);
      expect(found(Buffer.from(said.join('\n')))).toEqual([]);
    });
  });
