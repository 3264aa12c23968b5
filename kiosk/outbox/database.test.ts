import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { openOutbox } from './verifications.ts';

describe('the kiosk’s store', () => {
  it('is readable by its owner only, with its journals, also where an older one was not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
    const modes = () =>
      readdirSync(folder).map((file) => [file, (statSync(join(folder, file)).mode & 0o777).toString(8)]);
    openDatabase(folder).close();
    chmodSync(join(folder, 'kiosk.sqlite'), 0o644);
    const database = openDatabase(folder);
    const outbox = openOutbox(database);
    outbox.rememberAsk({ till: 't', key: 'k', digest: 'd', backendKey: 'b', askedAt: 1 }, 'S-1');
    expect(modes().sort()).toEqual([
      ['kiosk.sqlite', '600'],
      ['kiosk.sqlite-shm', '600'],
      ['kiosk.sqlite-wal', '600'],
    ]);
    database.close();
    rmSync(folder, { recursive: true });
  });
});
