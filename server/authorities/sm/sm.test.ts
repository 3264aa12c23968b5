import { createCipheriv, createHash } from 'node:crypto';
import fc from 'fast-check';
import { sm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { canonicalJson, textToSign } from './canonical.ts';
import { preparePublicKey, privateKeySchema, publicKeySchema, signSm2, verifySm2 } from './sm2.ts';
import { decryptData, encryptData, key16 } from './sm4.ts';

describe('the algorithms, by the standards', () => {
  it('SM3 of GB/T 32905 A.1: "abc"', () => {
    const digest = createHash('sm3').update('abc').digest('hex');
    expect(digest).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
  });

  it('SM4 of GB/T 32907 A.1: the key as its own plaintext', () => {
    const key = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
    const cipher = createCipheriv('sm4-ecb', key, null);
    expect(cipher.update(key).toString('hex')).toBe('681edf34d206965e86b3e94f536e4246');
  });

  const PRIVATE = '3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8';
  const PUBLIC = `04${'09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020'}${'CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13'}`;
  const R = 'F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3';
  const S = 'B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA';
  const USER = '1234567812345678';

  it('SM2 of GB/T 32918.5 A.2 is accepted, and with no other text, user or key', () => {
    const signature = Buffer.from(R + S, 'hex').toString('base64');
    const key = preparePublicKey(PUBLIC);
    const other = preparePublicKey(sm2.generateKeyPairHex().publicKey);
    expect(verifySm2('message digest', signature, key, USER)).toBe(true);
    expect(verifySm2('message digesT', signature, key, USER)).toBe(false);
    expect(verifySm2('message digest', signature, key, '')).toBe(false);
    expect(verifySm2('message digest', signature, other, USER)).toBe(false);
  });

  it('SM2 of GB/T 32918.5 A.2 comes out, with the random number of the standard', () => {
    const k = '59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21';
    const x1 = BigInt(`0x${sm2.getPublicKeyFromPrivateKey(k.toLowerCase()).slice(2, 66)}`);
    const pointPool = [{ k: BigInt(`0x${k}`), x1 }];
    const signed = sm2.doSignature('message digest', PRIVATE.toLowerCase(), { hash: true, userId: USER, pointPool });
    expect(signed.toUpperCase()).toBe(R + S);
  });

  it('keys that are none are known as such', () => {
    expect(privateKeySchema.safeParse(PRIVATE).success).toBe(true);
    expect(publicKeySchema.safeParse(PUBLIC).success).toBe(true);
    expect(publicKeySchema.safeParse(PUBLIC.replace('AD13', 'AD14')).success).toBe(false);
    for (const wrong of ['0'.repeat(64), 'F'.repeat(64), PRIVATE.slice(1), `${PRIVATE.slice(1)}G`])
      expect(privateKeySchema.safeParse(wrong).success, wrong).toBe(false);
  });

  it('an SM2 signature is 64 bytes of base64, and every other text is refused', () => {
    const key = preparePublicKey(PUBLIC);
    const signature = signSm2('张敏', PRIVATE, USER);
    expect(Buffer.from(signature, 'base64')).toHaveLength(64);
    expect(verifySm2('张敏', signature, key, USER)).toBe(true);
    const zeros = Buffer.alloc(64).toString('base64');
    const ones = Buffer.alloc(64, 0xff).toString('base64');
    for (const wrong of ['', 'x', `${signature} `, signature.slice(0, -4), zeros, ones, signature.replace('==', '')])
      expect(verifySm2('张敏', wrong, key, USER), wrong).toBe(false);
  });
});

describe("the gateway's keys and ciphertext", () => {
  const key = key16('19E179E5DC29C05E65B90CDE57A1C7E5', 'D91CEB11EE62219CD91CEB11EE62219C');

  it('are those of the computed vector', () => {
    expect(key).toBe('71C754AD5DE256A6');
    expect(encryptData(key, '{"a":1}')).toBe('F5A28E015A1B785FDF830667E434E6E8');
    expect(decryptData(key, 'F5A28E015A1B785FDF830667E434E6E8')).toBe('{"a":1}');
  });

  it('bring back every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decryptData(key, encryptData(key, text))).toBe(text);
      }),
    );
  });

  it('refuse what is no ciphertext, of another key, or no text', () => {
    const block = encryptData(key, 'x'.repeat(40));
    for (const wrong of ['', 'xyz', block.slice(1), block.slice(0, -32), `${block}00`])
      expect(decryptData(key, wrong), wrong).toBeUndefined();
    expect(decryptData('0123456789ABCDEF', encryptData(key, '{"a":1}'))).toBeUndefined();
  });
});

describe('the text to sign', () => {
  it('is sorted, without what is not signed and what is empty, with the secret at its end', () => {
    const message = {
      timestamp: 1720489942,
      appId: 'A',
      encData: 'x',
      signData: 'y',
      extra: 'z',
      version: '',
      nothing: null,
      data: { b: { d: 1, c: ['2', { f: true, e: '' }] }, a: 'ä"' },
    };
    expect(textToSign(message, 'S')).toBe(
      'appId=A&data={"a":"ä\\"","b":{"c":["2",{"f":true}],"d":1}}&timestamp=1720489942&key=S',
    );
  });

  const shuffle = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffle);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, shuffle(inner)]),
    );
  };

  it('does not depend on the order of keys, nor on what is not signed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), fc.string(), (message, signData) => {
        const text = textToSign(message, 'S');
        expect(textToSign(shuffle(message) as Record<string, unknown>, 'S')).toBe(text);
        expect(textToSign({ ...message, signData, encData: signData, extra: signData }, 'S')).toBe(
          textToSign({ ...message, signData: '', encData: '', extra: '' }, 'S'),
        );
      }),
    );
  });

  it('is JSON that says the same, where nothing is empty', () => {
    const full = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ minLength: 1 }),
        fc.integer(),
        fc.boolean(),
        fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(full, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
