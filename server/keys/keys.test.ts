import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REAL_WORLD } from '../clock.ts';
import { openKeys } from './keys.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the keys of a backend', () => {
  it('are made at the first start, for their owner only, and are the same at the next', () => {
    const first = openKeys(folder, REAL_WORLD);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(openKeys(folder, REAL_WORLD).jwks).toEqual(first.jwks);
    expect(openKeys(folder, REAL_WORLD).people).toEqual(first.people);
  });
  it('are published by purpose, named by RFC 7638, without anything secret', async () => {
    const { keys } = openKeys(folder, REAL_WORLD).jwks;
    expect(keys.map(({ use, alg, crv }) => [use, alg, crv])).toEqual([
      ['sig', 'EdDSA', 'Ed25519'],
      ['enc', 'ECDH-ES', 'X25519'],
    ]);
    for (const key of keys) {
      expect(key).not.toHaveProperty('d');
      expect(key.kid).toBe(await calculateJwkThumbprint(key));
    }
  });
  it('that are damaged stop the start, and are not made anew', () => {
    openKeys(folder, REAL_WORLD);
    const path = join(folder, 'keys.json');
    const half = readFileSync(path, 'utf8').slice(0, 100);
    writeFileSync(path, half);
    expect(() => openKeys(folder, REAL_WORLD)).toThrow(expect.objectContaining({ code: 'keys-unreadable' }));
    expect(readFileSync(path, 'utf8')).toBe(half);
  });
});
