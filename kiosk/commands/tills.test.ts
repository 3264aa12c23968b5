import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../outbox/database.ts';
import { openTills } from '../till/tills.ts';
import { tills } from './tills.ts';

const folder = mkdtempSync(join(tmpdir(), 'kiosk-tills-'));
const config = join(folder, 'kiosk.yaml');
beforeAll(() =>
  writeFileSync(
    config,
    `store: { id: S001, name: 惠民大药房 }
kiosk: { name: counter-1 }
backend: { url: "http://127.0.0.1:8080" }
camera: { driver: simulated, portrait: zhang-min }
data: data
till: { keys: [{ name: till-by-hand, sha256: ${'a'.repeat(64)} }] }
`,
  ),
);
afterAll(() => rmSync(folder, { recursive: true }));
const call = (...words: string[]) => {
  const lines: string[] = [];
  return [tills(config, words, (line) => lines.push(line)), lines] as const;
};

describe('npm run kiosk -- tills', () => {
  it('lists paired and configured tills, and revokes a paired one for a kiosk that runs beside it', () => {
    const running = openDatabase(join(folder, 'data'));
    const store = openTills(running, Date.now);
    const { id } = store.add('收银台 1', 'secret-key');
    expect(call()[1].join('\n')).toMatch(new RegExp(`${id} +收银台 1 +.* +never +paired\\ntill-by-hand .* configured`));
    expect(call('list')[1].join()).not.toContain('secret');
    expect(store.identify('secret-key')?.id).toBe(id);
    expect(call('revoke', id)).toEqual([0, [`${id} (收银台 1) is revoked`]]);
    expect([store.identify('secret-key'), store.isRevoked(id)]).toEqual([undefined, true]);
    expect(call('revoke', id)[1][0]).toContain('was revoked 20');
    expect(call()[1][1]).toContain('revoked 20');
    running.close();
  });
  it('says what it does not know', () => {
    expect(call('revoke', 'till-none')[0]).toBe(1);
    for (const words of [['revoke'], ['list', 'x'], ['add'], ['revoke', 'a', 'b']]) expect(call(...words)[0]).toBe(2);
  });
});
