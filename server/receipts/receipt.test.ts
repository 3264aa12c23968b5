import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import type { JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { type Receipt, readReceipt } from '../contract/receipt.ts';
import { signReceipt } from './receipt.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'r1', use: 'sig', alg: 'EdDSA' };
const jwks = { keys: [jwk] } as JSONWebKeySet;
const said = {
  jti: 'j',
  iat: 1_770_000_000,
  verification: 'v',
  created: 1_769_999_970,
  round: 1,
  sale: 's',
  till: 't',
  kiosk: 'k',
  store: 'store',
  channel: 'kiosk' as const,
  purpose: 'purchase',
  amount: 12_300,
  outcome: 'verified' as const,
  reason: 'matched',
  authorities: { bank: 'match', police: 'match', insurer: 'match' } as const,
  required: ['bank', 'police', 'insurer'] as ('bank' | 'police' | 'insurer')[],
  cardholder: { name: '张*', idNumber: '110***********002X' },
  subject: { name: '李*', idNumber: '440***********0014', relation: { code: '2', label: '子' } },
  by_hand: false,
  policy: 'p',
} satisfies Omit<Receipt, 'iss'>;
const jws = signReceipt(said, { kid: 'r1', key: privateKey });

describe('a receipt', () => {
  it('is read by anybody with the public keys', async () => {
    expect(await readReceipt(jws, jwks)).toEqual({ ok: true, receipt: { iss: 'liveness-kiosk-backend', ...said } });
  });
  it('with one letter changed is no receipt', async () => {
    await fc.assert(
      // The last letter of each part may hold bits that mean nothing; every other one counts.
      fc.asyncProperty(fc.nat(jws.length - 2), fc.constantFrom(...'ABCabc012'), async (at, letter) => {
        fc.pre(jws[at] !== letter && jws[at] !== '.' && jws[at + 1] !== '.');
        expect((await readReceipt(jws.slice(0, at) + letter + jws.slice(at + 1), jwks)).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
  it('of another backend, or signed with a key that is not for receipts, is refused', async () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    const forged = signReceipt(said, { kid: 'r1', key: other });
    expect(await readReceipt(forged, jwks)).toMatchObject({ code: 'receipt-signature-wrong' });
    const wrongUse = { keys: [{ ...jwk, use: 'enc' }] } as JSONWebKeySet;
    expect(await readReceipt(jws, wrongUse)).toMatchObject({ code: 'receipt-signature-wrong' });
  });
  it('that says something else than a receipt says is refused', async () => {
    const odd = signReceipt({ ...said, outcome: 'maybe' } as never, { kid: 'r1', key: privateKey });
    expect(await readReceipt(odd, jwks)).toMatchObject({
      code: 'receipt-malformed',
      message: expect.stringContaining('outcome'),
    });
  });
});
