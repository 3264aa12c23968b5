import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REAL_WORLD } from '../clock.ts';
import type { Attempt, Verification } from '../contract/index.ts';
import { readReceipt } from '../contract/receipt.ts';
import { countByKey, FIRST_KEY, reseal } from '../keep/reseal.ts';
import { json } from '../testing/answers.ts';
import { saying, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { tryOnce } from '../testing/course.ts';
import { keyPlaces, openKeys } from './keys.ts';
import { dropRingKey, listKeys, PURPOSES, rotate } from './rotate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const world = REAL_WORLD;

describe('a rotation of keys', () => {
  it.each(PURPOSES)('of %s is used from its time on, and seen by whoever has the keys open', (purpose) => {
    let now = 1000;
    const keys = openKeys(folder, { ...world, now: () => now });
    keys.atRest.current('people');
    const current = () =>
      ({
        receipt: keys.receipt.kid,
        evidence: keys.jwks.keys.find(({ use }) => use === 'enc')?.kid,
        'at-rest': keys.atRest.current('people').kid,
      })[purpose];
    const before = current();
    const kid = rotate(keyPlaces(folder), purpose, 5000, world);
    expect(current()).toBe(before);
    now = 5000;
    expect(current()).toBe(kid);
    const listed = listKeys(keyPlaces(folder), now).filter((key) => key.purpose === purpose);
    expect(listed.map((key) => [key.kid, key.state])).toEqual([
      [kid, 'in use'],
      [before, 'old'],
    ]);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
  });
  it('publishes a receipt key before it is used, and old ones for ever; of the sealing keys one', () => {
    const keys = openKeys(folder, world);
    const [old, other] = [keys.receipt.kid, keys.evidence[0]!.kid];
    const kid = rotate(keyPlaces(folder), 'receipt', Date.now() + 60_000, world);
    rotate(keyPlaces(folder), 'evidence', 0, world);
    expect(keys.jwks.keys.filter(({ use }) => use === 'sig').map((key) => key.kid)).toEqual([kid, old]);
    expect(keys.jwks.keys.filter(({ use }) => use === 'enc')).toHaveLength(1);
    expect(keys.jwks.keys.map((key) => key.kid)).not.toContain(other);
    expect(JSON.stringify(keys.jwks)).not.toContain('"d"');
  });
  it('is refused while another one is being written, and a lock of a dead process is not for ever', () => {
    openKeys(folder, world);
    const lock = join(folder, 'keys.json.lock');
    writeFileSync(lock, '');
    const busy = expect.objectContaining({ code: 'keys-unreadable', message: expect.stringContaining('.lock') });
    expect(() => rotate(keyPlaces(folder), 'receipt', 0, world)).toThrow(busy);
    const text = readFileSync(join(folder, 'keys.json'), 'utf8');
    expect(JSON.parse(text).receipt).toHaveLength(1);
    rmSync(lock);
    rotate(keyPlaces(folder), 'receipt', 0, world);
  });
  it('of keys at rest in a file of their own leaves keys.json alone; one that is missing is not made by itself', () => {
    const atRest = join(folder, 'ring.json');
    expect(() => openKeys(folder, world, atRest)).toThrow(expect.objectContaining({ code: 'keys-unreadable' }));
    rotate(keyPlaces(folder, atRest), 'at-rest', 0, world);
    const keys = openKeys(folder, world, atRest);
    const first = keys.atRest.current('people').kid;
    const kid = rotate(keyPlaces(folder, atRest), 'at-rest', 0, world);
    expect(keys.atRest.current('people').kid).toBe(kid);
    expect(keys.atRest.find('people', first)).toBeDefined();
    expect(JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'))).not.toHaveProperty('atRest');
  });
  it('drops no key in use, and none that is not there', () => {
    const keys = openKeys(folder, world);
    const first = keys.atRest.current('people').kid;
    expect(dropRingKey(keyPlaces(folder), first, Date.now())).toBe(false);
    rotate(keyPlaces(folder), 'at-rest', 0, world);
    expect(dropRingKey(keyPlaces(folder), 'nobody', Date.now())).toBe(false);
    expect(dropRingKey(keyPlaces(folder), first, Date.now())).toBe(true);
    expect(keys.atRest.find('people', first)).toBeUndefined();
  });
});

describe('a backend whose keys are rotated while it runs', () => {
  let backend: TestBackend;
  beforeEach(async () => {
    const authorities = [saying('bank', {}, 300), saying('police'), saying('insurer')];
    backend = await startTestBackend({ data: folder, authorities });
  });
  afterEach(() => backend.remove());
  const jwks = () => json<JSONWebKeySet>(backend.app.request('/.well-known/jwks.json'));

  it('goes on: old receipts verify, old evidence opens, people are found before and after they are sealed anew', async () => {
    const kiosk = await backend.kiosk();
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    const first = await tryOnce(kiosk, id);
    const earlier = await jwks();
    const { id: second } = await json<Verification>(kiosk.ask(ZHANG));
    const attempt = await json<Attempt>(kiosk.attempt(second));
    const sealed = await kiosk.seal(await kiosk.evidenceFor(attempt));
    for (const purpose of PURPOSES) rotate(keyPlaces(folder), purpose, 0, world);
    // Sealed to the key before, kept under the one after.
    expect((await kiosk.hand(attempt, sealed)).status).toBe(202);
    const keys = openKeys(folder, world);
    const deps = { store: backend.store, vault: backend.vault, ring: keys.atRest, random: world.random };
    const { kid } = keys.atRest.current('people');
    expect((await countByKey(deps)).size).toBeGreaterThan(1);
    expect((await reseal(deps)).people).toBeGreaterThanOrEqual(3);
    const ended = await untilEnded(kiosk, second);
    expect(ended.state).toBe('verified');
    expect([...(await countByKey(deps)).keys()]).toEqual([kid]);
    expect(await reseal(deps)).toEqual({ people: 0, evidence: 0 });
    const later = await jwks();
    for (const { result } of [first, ended]) expect((await readReceipt(result!.receipt, later)).ok).toBe(true);
    expect(await readReceipt(ended.result!.receipt, earlier)).toMatchObject({ code: 'receipt-signature-wrong' });
    const { id: third } = await json<Verification>(kiosk.ask(ZHANG));
    expect((await tryOnce(kiosk, third)).state).toBe('verified');
    expect(backend.faults).toEqual([]);
  });
  it('wraps the keys of evidence anew that waits for an appeal', async () => {
    const kiosk = await backend.kiosk();
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    await tryOnce(kiosk, id, { transcript: [] });
    const before = await backend.store.evidence.find(id);
    rotate(keyPlaces(folder), 'at-rest', 0, world);
    const keys = openKeys(folder, world);
    const deps = { store: backend.store, vault: backend.vault, ring: keys.atRest, random: world.random };
    expect(await reseal(deps)).toMatchObject({ evidence: 1 });
    const after = await backend.store.evidence.find(id);
    expect(after?.key_id).toBe(keys.atRest.current('people').kid);
    expect(after?.key_id).not.toBe(before?.key_id);
    expect(after?.still).toEqual(before?.still);
  });
  it('opens and seals anew what was sealed before keys had ids', async () => {
    const { openVault } = await import('../people/vault.ts');
    const keys = openKeys(folder, world);
    const first = openVault(keys.people, world);
    const row = backend.vault.fingerprint('person', ZHANG);
    const sealed = first.seal(row, { idNumber: ZHANG, name: '张小敏', bankCard: '6222021234567894' });
    await backend.store.people.upsert({ id: row, sealed, updated_at: 0 });
    const deps = { store: backend.store, vault: backend.vault, ring: keys.atRest, random: world.random };
    expect((await countByKey(deps)).get(FIRST_KEY)).toBe(1);
    expect((await reseal(deps)).people).toBe(1);
    expect((await countByKey(deps)).has(FIRST_KEY)).toBe(false);
    const kiosk = await backend.kiosk();
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    expect((await tryOnce(kiosk, id)).state).toBe('verified');
  });
});
