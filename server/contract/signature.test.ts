import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { type InnerList, parseDictionary } from 'structured-headers';
import { describe, expect, it } from 'vitest';
import { type SignedParts, signRequest, verifyRequest } from './signature.ts';
import { readSignatureHeaders, signatureBase } from './signature-base.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const NOW = Date.parse('2026-03-01T12:00:00Z');
const NONCE = 'n'.repeat(22);
const options = { keyOf: (kiosk: string) => (kiosk === 'k1' ? publicKey : undefined), now: NOW };

function signed(parts: SignedParts, now = NOW, kiosk = 'k1'): SignedParts {
  return { ...parts, headers: { ...parts.headers, ...signRequest(parts, privateKey, kiosk, now, NONCE) } };
}
const post: SignedParts = {
  method: 'POST',
  url: 'http://backend:8080/v1/verifications?a=1',
  headers: { 'idempotency-key': 'abc', 'content-type': 'application/json' },
  body: new TextEncoder().encode('{"sale":"1"}'),
};
const get: SignedParts = { method: 'GET', url: 'http://backend:8080/v1/verifications/1', headers: {} };
const code = async (parts: SignedParts, now = NOW) => {
  const check = await verifyRequest(parts, { ...options, now });
  return check.ok ? 'ok' : check.code;
};

describe('the signature base', () => {
  // RFC 9421 appendix B.2.6; the key is that of B.1.4.
  const request: SignedParts = {
    method: 'POST',
    url: 'https://example.com/foo?param=Value&Pet=dog',
    headers: {
      date: 'Tue, 20 Apr 2021 02:07:55 GMT',
      'content-type': 'application/json',
      'content-length': '18',
      'signature-input':
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      signature: 'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
    },
  };
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' };
  const raw = readSignatureHeaders(request.headers, 'sig-b26')!;

  it('is the one of RFC 9421 B.2.6, whose signature fits it', () => {
    const base = signatureBase(request, raw.covered)!;
    expect(base.split('\n')).toHaveLength(7);
    expect(verify(null, Buffer.from(base), createPublicKey({ key: jwk, format: 'jwk' }), raw.signature)).toBe(true);
  });
  it('signed with the key of RFC 9421 B.1.4 gives the signature of B.2.6', () => {
    const d = 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU';
    const key = createPrivateKey({ key: { ...jwk, d }, format: 'jwk' });
    const signature = sign(null, Buffer.from(signatureBase(request, raw.covered)!), key);
    expect(new Uint8Array(signature)).toEqual(raw.signature);
  });
  it.each(['"x-not-there"', '"@unknown"', '"date" "date"', '"date";bs'])('cannot be made of %s', (names) => {
    const covered = parseDictionary(`a=(${names})`).get('a') as InnerList;
    expect(signatureBase(request, covered)).toBeUndefined();
  });
});

describe('a signed request', () => {
  it('is accepted, and says whose it is', async () => {
    expect(await verifyRequest(signed(post), options)).toEqual({ ok: true, kiosk: 'k1', nonce: NONCE, created: NOW });
    expect(await code(signed(get))).toBe('ok');
  });
  it('without headers is refused', async () => expect(await code(post)).toBe('signature-missing'));
  it('of a kiosk that is not enrolled is refused', async () =>
    expect(await code(signed(get, NOW, 'k2'))).toBe('kiosk-unknown'));
  it.each([-61_000, 61_000])('%i ms from our clock is refused with our time', async (skew) => {
    const check = await verifyRequest(signed(get, NOW + skew), options);
    expect(check).toMatchObject({
      ok: false,
      code: 'signature-skew',
      message: expect.stringContaining('2026-03-01T12:00:00'),
    });
  });
  it.each([-59_000, 59_000])('%i ms from our clock is accepted', async (skew) =>
    expect(await code(signed(get, NOW + skew))).toBe('ok'),
  );
  it('is refused after its body was taken away', async () =>
    expect(await code({ ...signed(post), body: undefined })).toBe('digest-mismatch'));
  it('is refused when a body was put under it', async () =>
    expect(await code({ ...signed(get), body: new Uint8Array([1]) })).toBe('signature-incomplete'));
  it('is refused when an idempotency key was put under it', async () => {
    const parts = signed(get);
    expect(await code({ ...parts, headers: { ...parts.headers, 'idempotency-key': 'x' } })).toBe(
      'signature-incomplete',
    );
  });
  it('is refused with headers of any nonsense, never with an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (input, signature) => {
        const headers = { 'signature-input': `kiosk=${input}`, signature: `kiosk=${signature}` };
        expect(await code({ ...get, headers })).toMatch(/^signature-/);
      }),
    );
  });
});

describe('one changed byte', () => {
  const flip = (text: string, at: number, by: number) => {
    const index = at % text.length;
    const letter = String.fromCharCode(33 + ((text.charCodeAt(index) - 33 + by) % 94));
    return text.slice(0, index) + letter + text.slice(index + 1);
  };
  const change = fc.tuple(fc.nat(10_000), fc.integer({ min: 1, max: 93 }));

  it('in the body is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(11), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const parts = signed(post);
        const body = Uint8Array.from(parts.body!, (byte, i) => (i === at ? byte ^ by : byte));
        expect(await code({ ...parts, body })).toBe('digest-mismatch');
      }),
    );
  });
  it('in path or query is refused', async () => {
    const path = '/v1/verifications?a=1';
    await fc.assert(
      fc.asyncProperty(change, async ([at, by]) => {
        const url = new URL(flip(path, at, by), 'http://backend:8080').href;
        fc.pre(new URL(url).pathname + new URL(url).search !== path);
        expect(await code({ ...signed(post), url })).toBe('signature-wrong');
      }),
    );
  });
  it.each(['PUT', 'GET', 'DELETE'])('in the method (%s) is refused', async (method) =>
    expect(await code({ ...signed(post), method })).toBe('signature-wrong'),
  );
  it.each(['content-digest', 'idempotency-key', 'signature', 'signature-input'])('in %s is refused', async (name) => {
    const parts = signed(post);
    await fc.assert(
      fc.asyncProperty(change, async ([at, by]) => {
        const changed = flip(parts.headers[name]!, at, by);
        // The last sextet of base64 holds bits that are no part of the value; the same value is the same signature.
        fc.pre(name !== 'signature' || !sameBytes(changed, parts.headers[name]!));
        expect(await code({ ...parts, headers: { ...parts.headers, [name]: changed } })).not.toBe('ok');
      }),
    );
  });
});

function sameBytes(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) =>
    readSignatureHeaders({ 'signature-input': 'kiosk=()', signature: text }, 'kiosk'),
  );
  return Boolean(a && b && Buffer.from(a.signature).equals(Buffer.from(b.signature)));
}
