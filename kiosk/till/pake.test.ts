import { getDiffieHellman, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agree, makeShare, type PakeContext } from './pake.ts';

const CONTEXT: PakeContext = { pairing: 'p1', till: '收银台 1', fingerprint: 'f' };
const prime = () => getDiffieHellman('modp15').getPrime();
const encode = (value: bigint) => Buffer.from(value.toString(16).padStart(768, '0'), 'hex').toString('base64url');

async function meet(till: [string, PakeContext], kiosk: [string, PakeContext]) {
  const a = await makeShare(...till, randomBytes(32));
  const b = await makeShare(...kiosk, randomBytes(32));
  return [await agree(a, b.share, 'till', till[1]), await agree(b, a.share, 'kiosk', kiosk[1])] as const;
}
const code = fc.integer({ min: 0, max: 999_999 }).map((value) => String(value).padStart(6, '0'));

describe('two sides with a code', () => {
  it('agree on proofs and a key that only they have', async () => {
    await fc.assert(
      fc.asyncProperty(code, async (digits) => {
        const [till, kiosk] = await meet([digits, CONTEXT], [digits, CONTEXT]);
        expect(till).toEqual(kiosk);
        expect(new Set(Object.values(till!)).size).toBe(3);
        expect(Buffer.from(till!.key, 'base64url')).toHaveLength(32);
      }),
      { numRuns: 5 },
    );
  });
  it('come to nothing in common with another code, certificate, pairing or name, however near', async () => {
    const others: [string, PakeContext][] = [
      ['123457', CONTEXT],
      ['123456', { ...CONTEXT, fingerprint: 'g' }],
      ['123456', { ...CONTEXT, pairing: 'p2' }],
      ['123456', { ...CONTEXT, till: '收银台 2' }],
    ];
    for (const other of others) {
      const [till, kiosk] = await meet(other, ['123456', CONTEXT]);
      const common = Object.values(till!).filter((value) => Object.values(kiosk!).includes(value));
      expect(common).toEqual([]);
    }
  });
  it('do not take a share that fixes the result, nor one that is none', async () => {
    const own = await makeShare('123456', CONTEXT, randomBytes(32));
    const p = BigInt(`0x${prime().toString('hex')}`);
    for (const value of [0n, 1n, p - 1n, p, p + 1n])
      expect(await agree(own, encode(value), 'kiosk', CONTEXT)).toBeUndefined();
    for (const text of ['', 'x', own.share.slice(1), `${own.share}A`, own.share.replace(/./, '=')])
      expect(await agree(own, text, 'kiosk', CONTEXT)).toBeUndefined();
    expect(await agree(own, encode(2n), 'kiosk', CONTEXT)).toBeDefined();
  });
  it('compute what docs/till.md gives as an example', async () => {
    const [ones, twos] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const till = await makeShare('123456', CONTEXT, ones);
    const kiosk = await makeShare('123456', CONTEXT, twos);
    expect([till.share.slice(0, 24), kiosk.share.slice(0, 24)]).toMatchInlineSnapshot(`
      [
        "fvJC4GRNwW6dBflAWilbhgLb",
        "QWffQhG-mXluqlGke3998_Cc",
      ]
    `);
    expect(await agree(till, kiosk.share, 'till', CONTEXT)).toMatchInlineSnapshot(`
      {
        "key": "oRtWPFGrZBlyY3bUjaZIfBukB_MGtDhqU1CrwjydaZc",
        "kioskProof": "xjbG43xBG3GdZXdk3F1omrnIV04eCTkn-CCFUOiX31E",
        "tillProof": "vrxZ5_whv3WZwZBvzUBdnhrXaDkNTKCABpkvwyszhz0",
      }
    `);
  });
});
