import fc from 'fast-check';
import { CompactEncrypt, CompactSign, exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from './evidence.ts';
import { openEvidence, sealEvidence } from './seal.ts';

const evidence: Evidence = {
  verification: 'v1',
  attempt: 'a1',
  nonce: 'abc',
  plan: { steps: [{ challenge: 'turn-left', holdMs: 500 }], stepLimitMs: 7000, totalLimitMs: 40_000 },
  startedAt: '2026-03-01T12:00:00.000Z',
  finishedAt: '2026-03-01T12:00:09.000Z',
  advisory: { live: true, reasons: [] },
  still: { seq: 3, jpeg: 'AAAA' },
  transcript: [{ seq: 0, at: 1.5, width: 640, height: 480, faces: 0, hash: '0'.repeat(16), digest: '1'.repeat(16) }],
};

let backend: { open: JWK; secret: JWK };
let kiosk: { open: JWK; secret: JWK };
let other: { open: JWK; secret: JWK };
const pair = async (alg: string, crv: string, kid: string) => {
  const keys = await generateKeyPair(alg, { crv, extractable: true });
  return {
    open: { ...(await exportJWK(keys.publicKey)), kid },
    secret: { ...(await exportJWK(keys.privateKey)), kid },
  };
};
beforeAll(async () => {
  backend = await pair('ECDH-ES', 'X25519', 'e1');
  kiosk = await pair('EdDSA', 'Ed25519', 'k1');
  other = await pair('EdDSA', 'Ed25519', 'k1');
});
const seal = (what: Evidence = evidence) =>
  sealEvidence(what, { kioskKey: kiosk.secret, kioskId: 'k1', backendKey: backend.open });
const open = (jwe: string) => openEvidence(jwe, { privateKeys: [backend.secret], kioskKey: kiosk.open, kioskId: 'k1' });

describe('sealed evidence', () => {
  it('opens as it was', async () => expect(await open(await seal())).toEqual({ ok: true, evidence }));
  it('shows nothing of itself', async () => expect(await seal()).not.toContain('turn'));
  it('opens with an older key while that is kept', async () => {
    const newer = await pair('ECDH-ES', 'X25519', 'e2');
    const privateKeys = [newer.secret, backend.secret];
    expect(await openEvidence(await seal(), { privateKeys, kioskKey: kiosk.open, kioskId: 'k1' })).toMatchObject({
      ok: true,
    });
  });
  it('does not open with another key of the same name', async () => {
    const { secret } = await pair('ECDH-ES', 'X25519', 'e1');
    const result = await openEvidence(await seal(), { privateKeys: [secret], kioskKey: kiosk.open, kioskId: 'k1' });
    expect(result).toMatchObject({ ok: false, code: 'evidence-unreadable' });
  });
  it('of another kiosk is refused', async () => {
    const by = { privateKeys: [backend.secret], kioskKey: other.open, kioskId: 'k1' };
    expect(await openEvidence(await seal(), by)).toMatchObject({ code: 'evidence-signature-wrong' });
    const renamed = { ...by, kioskKey: kiosk.open, kioskId: 'k2' };
    expect(await openEvidence(await seal(), renamed)).toMatchObject({ code: 'evidence-signature-wrong' });
  });
  it('that is not evidence is refused, without its content in the message', async () => {
    const result = await open(await seal({ ...evidence, nonce: 7 } as unknown as Evidence));
    expect(result).toMatchObject({ code: 'evidence-malformed', message: expect.stringMatching(/at nonce$/) });
  });
  it('that was not signed is refused', async () => {
    const jwe = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(evidence)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'e1' })
      .encrypt(backend.open);
    expect(await open(jwe)).toMatchObject({ code: 'evidence-signature-wrong' });
  });
  it('signed with a secret instead of a key is refused', async () => {
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(evidence)))
      .setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: 'evidence' })
      .sign(new TextEncoder().encode(kiosk.open.x));
    const jwe = await new CompactEncrypt(new TextEncoder().encode(jws))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'e1' })
      .encrypt(backend.open);
    expect(await open(jwe)).toMatchObject({ code: 'evidence-signature-wrong' });
  });
  it('signed by the kiosk for another purpose, under another name, or squeezed is refused', async () => {
    const wrap = async (header: { typ?: string; kid?: string }, zip = {}) => {
      const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(evidence)))
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ: 'evidence', ...header })
        .sign(kiosk.secret);
      return new CompactEncrypt(new TextEncoder().encode(jws))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'e1', ...zip })
        .encrypt(backend.open);
    };
    expect(await open(await wrap({}))).toMatchObject({ ok: true });
    expect(await open(await wrap({ typ: 'receipt' }))).toMatchObject({ code: 'evidence-signature-wrong' });
    expect(await open(await wrap({ kid: 'k2' }))).toMatchObject({ code: 'evidence-signature-wrong' });
    expect(await open(await wrap({}, { zip: 'DEF' }))).toMatchObject({ code: 'evidence-unreadable' });
  });
  it('whose inside was changed by somebody who sealed it anew is refused, wherever it was changed', async () => {
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(evidence)))
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ: 'evidence' })
      .sign(kiosk.secret);
    const reseal = (text: string) =>
      new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'e1' })
        .encrypt(backend.open);
    expect(await open(await reseal(jws))).toMatchObject({ ok: true });
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. ');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat(jws.length - 1), fc.constant(jws.length - 1)), letter, async (at, other) => {
        fc.pre(other !== jws[at]);
        const changed = jws.slice(0, at) + other + jws.slice(at + 1);
        expect(await open(await reseal(changed))).toMatchObject({ ok: false, code: 'evidence-signature-wrong' });
      }),
      { numRuns: 300 },
    );
  });
  it('with one changed byte, wherever it stands, is refused', async () => {
    const jwe = await seal();
    await fc.assert(
      fc.asyncProperty(fc.nat(jwe.length - 1), fc.integer({ min: 1, max: 127 }), async (at, by) => {
        const changed = jwe.slice(0, at) + String.fromCharCode(jwe.charCodeAt(at) ^ by) + jwe.slice(at + 1);
        expect(await open(changed)).toMatchObject({ ok: false, code: 'evidence-unreadable' });
      }),
      { numRuns: 400 },
    );
    // The last letter is the one whose spare bits a careless decoder forgives.
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
      if (letter !== jwe.at(-1)) expect(await open(jwe.slice(0, -1) + letter)).toMatchObject({ ok: false });
  });
  it('of any nonsense is an answer, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect((await open(text)).ok).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
