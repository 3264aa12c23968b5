import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REAL_WORLD } from '../clock.ts';
import { AUDIT_KEY, type Place, storeEngines, verificationRow } from '../testing/stores.ts';
import { type AuditReport, checkAudit } from './audit-check.ts';
import { chainOf, signHead } from './chain.ts';
import type { DatabaseAddress } from './engine.ts';
import { openEngine } from './engines.ts';
import { openStore, type Store } from './store.ts';

/** Five verifications of four lines, and some lines about none. */
async function fill(store: Store): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const verification = `v${i % 5}`;
    const personal = i % 3 === 0 ? { personal: { person: `p${i % 2}`, words: { name: '张*', n: i } } } : {};
    await store.audit.append({
      at: i,
      who: 'backend',
      what: `w${i}`,
      verification,
      detail: { b: 1, a: [i] },
      ...personal,
    });
  }
  await store.audit.append({ at: 1, who: 'kiosk:k', what: 'kiosk-enrolled' });
  await store.audit.append({ at: 2, who: 'kiosk:k', what: 'kiosk-enrolled' });
}

async function check(
  database: DatabaseAddress,
  change: Partial<Parameters<typeof checkAudit>[1]> = {},
): Promise<AuditReport> {
  const engine = await openEngine({ database, now: Date.now, report: () => undefined });
  try {
    return await checkAudit(engine.db, { key: AUDIT_KEY, ...change });
  } finally {
    await engine.db.destroy();
  }
}

const chain = chainOf('v1');
const UNLOCK = {
  sqlite: ['drop trigger audit_no_update', 'drop trigger audit_no_delete'],
  postgres: ['drop trigger audit_no_change on audit'],
};

for (const engine of storeEngines())
  describe.skipIf(engine.skip)(`the audit on ${engine.title}`, () => {
    let place: Place;
    let store: Store;
    beforeAll(engine.start, 60_000);
    afterAll(engine.remove, 60_000);
    beforeEach(async () => {
      place = await engine.place();
      store = await place.open();
      await fill(store);
      for (const statement of UNLOCK[place.database.engine]) await place.run(statement);
    });
    afterEach(() => place.close());
    const findings = async () => (await check(place.database)).findings;

    it('that nobody touched is whole, also when two processes wrote it at once', async () => {
      const second = await place.open();
      const lines = Array.from({ length: 40 }, (_, i) => ({
        at: i,
        who: 'backend',
        what: 'w',
        verification: `v${i % 4}`,
      }));
      await Promise.all(lines.map((line, i) => (i % 2 ? store : second).audit.append(line)));
      const seen: number[] = [];
      const report = await check(place.database, { progress: (done) => seen.push(done) });
      expect(report).toMatchObject({ lines: 62, personal: 7, erased: 0, findings: [] });
      expect(seen.at(-1)).toBe(62);
    });
    it('names the line that was changed', async () => {
      await place.run(`update audit set detail = '{"a":[99]}' where chain = ${chain} and n = 2`);
      expect(await findings()).toEqual([{ kind: 'changed', chain, n: 2 }]);
    });
    it('names the lines that are missing from the middle and from the end', async () => {
      await place.run(`delete from audit where chain = ${chain} and n = 2`);
      const last = (await check(place.database)).heads.find((head) => head.chain === chain)!.n;
      await place.run(`delete from audit where chain = ${chain} and n = ${last}`);
      expect(await findings()).toEqual([
        { kind: 'missing', chain, from: 2, to: 2 },
        { kind: 'cut-off', chain, from: last, to: last },
      ]);
    });
    it('is not fooled by a head that was put back with the lines', async () => {
      const { hash } = (await store.audit.of('v1'))[0]!;
      await place.run(`delete from audit where chain = ${chain} and n > 1`);
      await place.run(`update audit_heads set n = 1, hash = '${hash}' where chain = ${chain}`);
      expect(await findings()).toEqual([{ kind: 'head-wrong', chain }]);
    });
    it('is not fooled by an earlier head alone, though it was a true one', async () => {
      const { hash } = (await store.audit.of('v1'))[0]!;
      const mac = signHead(AUDIT_KEY, { chain, n: 1, hash });
      await place.run(`update audit_heads set n = 1, hash = '${hash}', mac = '${mac}' where chain = ${chain}`);
      expect(await findings()).toEqual([{ kind: 'head-wrong', chain }]);
    });
    it('shows by a checkpoint that everything was put back to an earlier day, head and all', async () => {
      const { heads } = await check(place.database);
      expect((await check(place.database, { checkpoint: heads })).findings).toEqual([]);
      const { hash } = (await store.audit.of('v1'))[0]!;
      await place.run(`delete from audit where chain = ${chain} and n > 1`);
      const earlier = { chain, n: 1, hash };
      const mac = signHead(AUDIT_KEY, earlier);
      await place.run(`update audit_heads set n = 1, hash = '${hash}', mac = '${mac}' where chain = ${chain}`);
      expect(await findings()).toEqual([]);
      const { n } = heads.find((head) => head.chain === chain)!;
      expect((await check(place.database, { checkpoint: heads })).findings).toEqual([
        { kind: 'rolled-back', chain, n },
      ]);
    });
    it('stays whole when a person is forgotten, and forgets nothing else', async () => {
      expect(await store.audit.forget('p0', 5)).toBe(4);
      expect(await store.audit.forget('p0', 6)).toBe(0);
      expect(await check(place.database)).toMatchObject({ personal: 7, erased: 4, findings: [] });
      const left = (await Promise.all([0, 1, 2, 3, 4].map((i) => store.audit.personalOf(`v${i}`)))).flat();
      expect(left.filter(({ words }) => words === null).map(({ person, salt }) => [person, salt])).toEqual(
        Array(4).fill([null, null]),
      );
      expect(left.filter(({ person }) => person === 'p1')).toHaveLength(3);
    });
    it('notices words about a person that are gone though nobody erased them, and verifications that it never saw', async () => {
      const [row] = await store.audit.personalOf('v1');
      await place.run(`delete from audit_personal where digest = '${row!.digest}'`);
      await store.verifications.insert(verificationRow('unseen'));
      expect(await findings()).toEqual([
        { kind: 'personal-changed', chain, n: expect.any(Number) },
        { kind: 'unaudited', verification: 'unseen' },
      ]);
    });
    it('is refused with another key', async () => {
      await expect(place.open({ auditKey: new Uint8Array(32) })).rejects.toMatchObject({ code: 'audit-key-wrong' });
    });
  });

describe('any edit of the audit by somebody without its key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const [whole, edited] = [join(folder, 'whole.sqlite'), join(folder, 'edited.sqlite')];
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(async () => {
    const database = { engine: 'sqlite', path: whole } as const;
    const store = await openStore({ database, world: REAL_WORLD, auditKey: AUDIT_KEY });
    await fill(store);
    await store.close();
    const db = new Database(whole);
    db.exec('drop trigger audit_no_update; drop trigger audit_no_delete; pragma wal_checkpoint(truncate)');
    db.close();
  });

  type Line = Record<string, string | number | null>;
  const which = fc.nat();
  const text = fc.string({ minLength: 1, maxLength: 12 });
  const edit = fc.oneof(
    fc.record({
      how: fc.constant('set'),
      which,
      column: fc.constantFrom('who', 'what', 'verification', 'detail', 'hash', 'personal'),
      text,
    }),
    fc.record({
      how: fc.constant('set-number'),
      which,
      column: fc.constantFrom('at', 'n', 'chain'),
      by: fc.integer({ min: 1, max: 50 }),
    }),
    fc.record({ how: fc.constant('delete'), which, count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ how: fc.constant('cut'), which }),
    fc.record({ how: fc.constant('swap'), which, other: which }),
    fc.record({ how: fc.constant('forge'), which, text }),
    fc.record({ how: fc.constant('head'), which, column: fc.constantFrom('hash', 'mac'), text }),
    fc.record({ how: fc.constant('no-head'), which }),
    fc.record({ how: fc.constant('personal'), which, column: fc.constantFrom('words', 'salt'), text }),
  );

  /** @returns whether anything is different now. */
  function apply(db: Database.Database, it: Readonly<Record<string, unknown>>): boolean {
    const lines = db.prepare('select * from audit order by chain, n').all() as Line[];
    const pick = (number: unknown): Line => lines[Number(number) % lines.length]!;
    const line = pick(it.which);
    const here = 'where chain = ? and n = ?';
    const place = [line.chain, line.n];
    const run = (statement: string, ...values: unknown[]) => db.prepare(statement).run(...values).changes > 0;
    switch (it.how) {
      case 'set':
        return (
          line[String(it.column)] !== it.text && run(`update audit set ${it.column} = ? ${here}`, it.text, ...place)
        );
      case 'set-number':
        return run(`update or ignore audit set ${it.column} = ${it.column} + ? ${here}`, it.by, ...place);
      case 'delete':
        return run(
          'delete from audit where chain = ? and n >= ? and n < ?',
          ...place,
          Number(line.n) + Number(it.count),
        );
      case 'cut':
        return run('delete from audit where chain = ? and n >= ?', ...place);
      case 'swap': {
        const other = pick(it.other);
        if (other === line) return false;
        const set = 'update audit set at = ?, who = ?, what = ?, verification = ?, detail = ?, personal = ?, hash = ?';
        const content = ({ at, who, what, verification, detail, personal, hash }: Line) => [
          at,
          who,
          what,
          verification,
          detail,
          personal,
          hash,
        ];
        return (
          run(`${set} ${here}`, ...content(other), ...place) &&
          run(`${set} ${here}`, ...content(line), other.chain, other.n)
        );
      }
      case 'forge': {
        const n = lines.filter(({ chain }) => chain === line.chain).length + 1;
        return run(
          `insert into audit (chain, n, at, who, what, verification, detail, personal, hash)
           select chain, ${n}, at, who, ?, verification, detail, null, hash from audit ${here}`,
          it.text,
          ...place,
        );
      }
      case 'head':
        return run(`update audit_heads set ${it.column} = ? where chain = ?`, it.text, line.chain);
      case 'no-head':
        return run('delete from audit_heads where chain = ?', line.chain);
      default:
        return run(`update audit_personal set ${it.column} = ? where digest = ?`, it.text, line.personal);
    }
  }

  it('is found', async () => {
    const found = new Set<string>();
    await fc.assert(
      fc.asyncProperty(edit, async (one) => {
        copyFileSync(whole, edited);
        const db = new Database(edited);
        const different = apply(db, one);
        db.close();
        const { findings } = await check({ engine: 'sqlite', path: edited });
        expect(findings.length > 0).toBe(different);
        if (different) found.add(one.how);
      }),
      { numRuns: 300 },
    );
    expect(found.size).toBe(9);
  });
});
