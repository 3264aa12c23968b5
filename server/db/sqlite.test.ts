import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openSqlite } from './sqlite.ts';

it('the embedded database reports a commit when it is on the disk: WAL, synchronous FULL', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  const { db } = openSqlite(join(folder, 'backend.sqlite'), Date.now);
  const ask = async (pragma: string) =>
    (await sql.raw<Record<string, unknown>>(`pragma ${pragma}`).execute(db)).rows[0];
  expect(await ask('journal_mode')).toEqual({ journal_mode: 'wal' });
  // 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
  expect(await ask('synchronous')).toEqual({ synchronous: 2 });
  expect(await ask('foreign_keys')).toEqual({ foreign_keys: 1 });
  await db.destroy();
  rmSync(folder, { recursive: true });
});
