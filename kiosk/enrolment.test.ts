import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDeviceKey } from './device-key.ts';
import { ensureEnrolled } from './enrolment.ts';
import { startTestBackend, type TestBackend } from './testing/backend.ts';

let folder: string;
let backend: TestBackend;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-enrol-'));
  backend = await startTestBackend();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await backend.shut();
});
const enrol = async (code?: string) => {
  const key = await loadDeviceKey(folder);
  const request = { folder, name: 'counter-1', store: 'S001', key, ...(code && { code }) };
  return ensureEnrolled({ url: backend.url, timeoutMs: 500, fetch }, request);
};

describe('the device key', () => {
  it('is made once, for its owner only', async () => {
    const first = await loadDeviceKey(folder);
    expect((await loadDeviceKey(folder)).publicJwk).toEqual(first.publicJwk);
    expect(statSync(join(folder, 'device-key.json')).mode & 0o777).toBe(0o600);
  });
  it.each(['', '{}', '{"kty":"OKP","crv":"X25519","x":"a","d":"b"}'])(
    'that reads %j is refused by name',
    async (text) => {
      writeFileSync(join(folder, 'device-key.json'), text);
      await expect(loadDeviceKey(folder)).rejects.toMatchObject({
        code: 'device-key-unreadable',
        message: expect.stringContaining('device-key.json'),
      });
    },
  );
});

describe('the enrolment', () => {
  it('happens once; afterwards neither code nor backend is needed', async () => {
    expect(await enrol('code-123456')).toEqual({ kiosk: 'kiosk-1' });
    await backend.shut();
    expect(await enrol()).toEqual({ kiosk: 'kiosk-1' });
  });
  it('without a code names the remedy', async () => {
    await expect(enrol()).rejects.toMatchObject({
      code: 'not-enrolled',
      message: expect.stringContaining('backend.enrolmentCode'),
    });
  });
  it('with the backend away is tried again later', async () => {
    await backend.shut();
    expect(await enrol('code-123456')).toMatchObject({ problem: { code: 'backend-unreachable' } });
  });
});
