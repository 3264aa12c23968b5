import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import type { JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { type Receipt, readReceipt } from '../contract/receipt.ts';
import { signReceipt } from './receipt.ts';
import { describeReceipt } from './words.ts';

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
  it('of which only the type is another is refused: what the key signs for other purposes is no receipt', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'EdDSA', kid: 'r1', typ: 'JWT' })}.${jws.split('.')[1]}`;
    const other = `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
    expect(await readReceipt(other, jwks)).toMatchObject({ code: 'receipt-malformed' });
  });
  it('that says something else than a receipt says is refused', async () => {
    const odd = signReceipt({ ...said, outcome: 'maybe' } as never, { kid: 'r1', key: privateKey });
    expect(await readReceipt(odd, jwks)).toMatchObject({
      code: 'receipt-malformed',
      message: expect.stringContaining('outcome'),
    });
  });
});

describe('a receipt in words', () => {
  const named = { verification: 'V-1', sale: 'S-2', till: 'T-3', kiosk: 'K-4', store: 'Store 5', policy: 'P-6' };
  const by = { by_hand: true, cancelled_by: 'subject', assistance: { kind: 'attested', by: '1023' } } as const;
  const receipt: Receipt = { iss: 'liveness-kiosk-backend', ...said, ...named, ...by };
  const times = ['2026-02-02T02:39:30Z', '2026-02-02T02:40:00Z'];
  it.each([
    [
      'en',
      [
        'VERIFIED',
        'entered by hand',
        'Cancelled by: the person',
        'police registry agrees',
        'bank agrees',
        'staff number 1023',
      ],
    ],
    ['zh', ['通过', '人工录入', '取消方: 到场人', '公安 一致', '银行 一致', '工号 1023']],
  ] as const)('leaves out nothing that an auditor asks for, in %s', (language, words) => {
    const text = describeReceipt(receipt, 'r1', language).join('\n');
    const everything = [
      ...Object.values(named),
      ...times,
      ...words,
      'purchase',
      '123.00',
      '张* 110',
      '李* 440',
      '子',
      'r1',
    ];
    expect(everything.filter((part) => !text.includes(part))).toEqual([]);
  });
});
