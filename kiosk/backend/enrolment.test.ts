import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PERSON, startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createBackend } from './client.ts';
import { loadDeviceKey } from './device-key.ts';
import { ensureEnrolled } from './enrolment.ts';
import { createIdentity, enrolAnew } from './identity.ts';
import { createSigner } from './signing.ts';

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

describe('a backend that has lost this kiosk', () => {
  const question = {
    till: 'till-1',
    sale: 'S-1',
    channel: 'kiosk',
    cardholder: { idNumber: PERSON },
    subject: { who: 'cardholder' },
    purpose: 'purchase',
  } as const;
  const unknown = () =>
    new Response(JSON.stringify({ type: 'about:blank', title: 'unknown', status: 401, code: 'kiosk-unknown' }), {
      status: 401,
      headers: { 'content-type': 'application/problem+json' },
    });

  /** A kiosk whose first question is refused: the backend has another database now. */
  const kiosk = async (code: string | undefined, enrolments: string[]) => {
    const key = await loadDeviceKey(folder);
    let refused = 0;
    const through: typeof fetch = async (input, init) => {
      if (String(input).endsWith('/v1/kiosks')) enrolments.push(String(input));
      else if (refused++ === 0) return unknown();
      return fetch(input, init);
    };
    const wire = { url: backend.url, timeoutMs: 500, fetch: through };
    const request = { folder, name: 'counter-1', store: 'S001', key, ...(code && { code }) };
    const identity = createIdentity(wire, request, () => undefined);
    const faults: unknown[] = [];
    const sign = createSigner(key, () => identity.id() ?? '', Date.now);
    await identity.ensure();
    return { identity, faults, asked: enrolAnew(createBackend({ ...wire, sign }), identity, (e) => faults.push(e)) };
  };

  it('is enrolled at anew with the code, and asked again', async () => {
    await enrol('code-123456');
    const enrolments: string[] = [];
    const { asked } = await kiosk('code-123456', enrolments);
    expect(enrolments).toEqual([]);
    expect(await asked.create(question, 'key-1')).toMatchObject({ ok: true });
    expect(enrolments).toHaveLength(1);
  });
  it('without a code says what to do, and the kiosk is enrolled nowhere', async () => {
    await enrol('code-123456');
    const { asked, identity, faults } = await kiosk(undefined, []);
    expect(await asked.create(question, 'key-1')).toMatchObject({
      ok: false,
      problem: { code: 'backend-unreachable', detail: expect.stringContaining('backend.enrolmentCode') },
    });
    expect(identity.id()).toBeUndefined();
    expect(faults).toMatchObject([{ code: 'not-enrolled' }]);
  });
});
