import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCertificate, pinOf } from './certificate.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T06:00:00Z');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const path = () => join(folder, 'till-tls.json');

describe('the kiosk’s certificate', () => {
  it('is made once, of an EC key that only its owner can read', async () => {
    const made = await loadCertificate(folder, NOW);
    expect(await loadCertificate(folder, NOW + DAY)).toEqual(made);
    expect((statSync(path()).mode & 0o777).toString(8)).toBe('600');
    const shown = new X509Certificate(made.cert);
    expect(shown.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(shown.checkHost('localhost')).toBe('localhost');
    expect(shown.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(shown.verify(shown.publicKey)).toBe(true);
    expect([shown.ca, pinOf(shown.raw)]).toEqual([false, made.fingerprint]);
    expect(made.fingerprint).toMatch(/^[\w-]{43}$/);
  });
  it('is renewed sixty days before its end, and tills see the same pin', async () => {
    const made = await loadCertificate(folder, NOW);
    const renewed = await loadCertificate(folder, made.endsAt - 59 * DAY);
    expect(renewed.cert).not.toBe(made.cert);
    expect(renewed.endsAt).toBeGreaterThan(made.endsAt);
    expect(renewed.fingerprint).toBe(made.fingerprint);
    expect(JSON.parse(readFileSync(path(), 'utf8')).cert).toBe(renewed.cert);
  });
  it('that is damaged, or of another key, stops the start and says what to do', async () => {
    const { cert } = await loadCertificate(folder, NOW);
    const other = mkdtempSync(join(tmpdir(), 'kiosk-tls-'));
    const { key } = await loadCertificate(other, NOW);
    rmSync(other, { recursive: true });
    for (const text of ['{', '{"key":"x","cert":"y"}', JSON.stringify({ key, cert })]) {
      writeFileSync(path(), text);
      await expect(loadCertificate(folder, NOW)).rejects.toMatchObject({
        code: 'certificate-unreadable',
        message: expect.stringContaining('pair every till again'),
      });
    }
  });
});
