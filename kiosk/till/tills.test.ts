import { describe, expect, it } from 'vitest';
import { openDatabase } from '../outbox/database.ts';
import { identifyTill, LOCAL_TILL } from './auth.ts';
import { digestOf, openTills } from './tills.ts';

const MINUTE = 60_000;

function open() {
  const database = openDatabase(':memory:');
  const clock = { now: 1_000_000 };
  return { database, clock, tills: openTills(database, () => clock.now) };
}

describe('the store of paired tills', () => {
  it('knows a till by its key, keeps the key’s digest only, and when it was seen to the minute', () => {
    const { tills, clock, database } = open();
    const { id } = tills.add('收银台', 'key-1');
    tills.add('收银台', 'key-2');
    expect(tills.identify('key-1')).toMatchObject({ id, name: '收银台' });
    clock.now += MINUTE / 2;
    tills.identify('key-1');
    expect(tills.find(id)?.lastSeen).toBe(1_000_000);
    clock.now += MINUTE;
    tills.identify('key-1');
    expect(tills.find(id)?.lastSeen).toBe(1_000_000 + 1.5 * MINUTE);
    expect(JSON.stringify(database.prepare('SELECT * FROM till').all())).not.toContain('key-1');
  });
  it('forgets nobody: a revoked till stays in the list, and its key is nobody’s', () => {
    const { tills } = open();
    const { id } = tills.add('a', 'key-1');
    expect([tills.revoke(id), tills.revoke(id), tills.revoke('till-none')]).toEqual([true, false, false]);
    expect(tills.identify('key-1')).toBeUndefined();
    expect(tills.list()).toMatchObject([{ id, revokedAt: 1_000_000 }]);
  });
});

describe('who asks', () => {
  const keys = [{ name: 'till-by-hand', sha256: digestOf('configured') }];
  it('is told by the key: configured, paired, or nobody', () => {
    const { tills } = open();
    const { id } = tills.add('a', 'paired');
    const deps = { keys, tills, local: false };
    expect(identifyTill('Bearer configured', deps)).toEqual({ id: 'till-by-hand', name: 'till-by-hand' });
    expect(identifyTill('Bearer paired', deps)).toEqual({ id, name: 'a' });
    for (const header of [
      undefined,
      '',
      'Bearer ',
      'Bearer wrong',
      'paired',
      'Basic paired',
      `Bearer ${digestOf('paired')}`,
    ])
      expect(identifyTill(header, deps)).toBeUndefined();
    tills.revoke(id);
    expect(identifyTill('Bearer paired', deps)).toBeUndefined();
  });
  it('is this machine without a key, where that is allowed, but never with a wrong one', () => {
    const { tills } = open();
    const deps = { keys: [], tills, local: true };
    expect(identifyTill(undefined, deps)).toBe(LOCAL_TILL);
    expect(identifyTill('Bearer wrong', deps)).toBeUndefined();
  });
});
