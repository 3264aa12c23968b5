import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plans } from '../../liveness/testing/plans.ts';
import { REAL_WORLD } from '../clock.ts';
import type { Evidence } from '../contract/index.ts';
import { newRingKey } from '../keys/file.ts';
import { ringOf } from '../keys/ring.ts';
import { newEnvelope, openEnvelope, rewrap } from './envelope.ts';
import { openAtRest, openStill, sealAtRest } from './evidence.ts';

const [older, newer] = [newRingKey(REAL_WORLD), newRingKey(REAL_WORLD)];
const before = ringOf(() => ({ all: [older], sealing: older }));
const after = ringOf(() => ({ all: [newer, older], sealing: newer }));
const stranger = ringOf(() => ({ all: [newRingKey(REAL_WORLD)], sealing: older }));
const { random } = REAL_WORLD;
const bytes = fc.uint8Array({ maxLength: 3000 });
const owner = fc.string({ minLength: 1, maxLength: 30 });
const refused = expect.objectContaining({ code: 'kept-unreadable' });

describe('an envelope', () => {
  it('gives back what it sealed, part by part, and never seals alike', () => {
    fc.assert(
      fc.property(owner, bytes, bytes, (who, one, other) => {
        const { key, envelope } = newEnvelope(before, random, who);
        const [a, b] = [envelope.seal('a', one), envelope.seal('b', other)];
        const again = openEnvelope(before, random, who, key);
        expect(Buffer.from(again.open('a', a)).equals(one)).toBe(true);
        expect(Buffer.from(again.open('b', b)).equals(other)).toBe(true);
        expect(Buffer.from(a).equals(envelope.seal('a', one))).toBe(false);
      }),
    );
  });
  it('opens nothing that was changed anywhere, nor under another part, owner or key', () => {
    const { key, envelope } = newEnvelope(before, random, 'attempt');
    const sealed = envelope.seal('still', randomBytes(200));
    const open = (what = sealed, part = 'still', who = 'attempt', by = key, ring = before) =>
      openEnvelope(ring, random, who, by).open(part, what);
    expect(open()).toHaveLength(200);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Uint8Array.from(sealed);
        changed[at]! ^= by;
        expect(() => open(changed)).toThrow(refused);
      }),
    );
    fc.assert(
      fc.property(fc.nat(key.wrapped.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const wrapped = Uint8Array.from(key.wrapped);
        wrapped[at]! ^= by;
        expect(() => open(sealed, 'still', 'attempt', { ...key, wrapped })).toThrow(refused);
      }),
    );
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), (length) => {
        expect(() => open(sealed.subarray(0, length))).toThrow(refused);
      }),
    );
    expect(() => open(sealed, 'rest')).toThrow(refused);
    expect(() => open(sealed, 'still', 'another')).toThrow(refused);
    expect(() => open(sealed, 'still', 'attempt', key, stranger)).toThrow(refused);
  });
  it('is wrapped anew when the ring has a newer key, and opens what it sealed before', () => {
    fc.assert(
      fc.property(owner, bytes, (who, plain) => {
        const { key, envelope } = newEnvelope(before, random, who);
        const sealed = envelope.seal('p', plain);
        const anew = rewrap(after, random, who, key);
        expect([key.kid, anew.kid]).toEqual([older.kid, newer.kid]);
        for (const each of [key, anew])
          expect(Buffer.from(openEnvelope(after, random, who, each).open('p', sealed)).equals(plain)).toBe(true);
        expect(() => openEnvelope(before, random, who, anew)).toThrow(refused);
      }),
    );
  });
});

describe('evidence at rest', () => {
  const frame = fc.record({
    seq: fc.nat(),
    at: fc.integer().map((hundredths) => hundredths / 100),
    width: fc.integer({ min: 1, max: 4000 }),
    height: fc.integer({ min: 1, max: 4000 }),
    faces: fc.nat(3),
    hash: fc.constant('0123456789abcdef'),
    digest: fc.constant('fedcba9876543210'),
  });
  const still = fc.record({ seq: fc.nat(), jpeg: bytes.map((each) => Buffer.from(each).toString('base64')) });
  const evidence = fc.record(
    {
      verification: fc.constant('v'),
      attempt: fc.constant('a'),
      nonce: fc.string(),
      plan: plans,
      startedAt: fc.constant('2026-01-01T00:00:00.000Z'),
      finishedAt: fc.constant('2026-01-01T00:00:01.000Z'),
      advisory: fc.record({ live: fc.boolean(), reasons: fc.array(fc.string()) }),
      still,
      transcript: fc.array(frame, { maxLength: 20 }),
    },
    { requiredKeys: ['verification', 'attempt', 'nonce', 'plan', 'startedAt', 'finishedAt', 'advisory', 'transcript'] },
  );
  const deps = { ring: before, random };

  it('is the same again, with or without its picture, and shows nothing of it', async () => {
    await fc.assert(
      fc.asyncProperty(evidence, async (given) => {
        const one = given as Evidence;
        const sealed = await sealAtRest(deps, one);
        expect(await openAtRest(deps, { ...sealed, rest: sealed.rest! })).toEqual(one);
        const jpeg = one.still && Buffer.from(one.still.jpeg, 'base64');
        expect(sealed.still === null).toBe(jpeg === undefined);
        const shown = openStill(deps, sealed);
        expect(shown === undefined ? undefined : Buffer.from(shown).equals(jpeg!)).toBe(jpeg && true);
        if (jpeg && jpeg.length > 8) expect(Buffer.from(sealed.still!).includes(jpeg)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
