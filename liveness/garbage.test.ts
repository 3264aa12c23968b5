import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KEY_VERTICES } from '../models/keypoints.ts';
import type { Observation } from './contract.ts';
import { begin, expire, judge, step } from './session.ts';
import { perform } from './testing/person.ts';
import { planOf, plans } from './testing/plans.ts';

const number = fc.oneof(fc.double(), fc.integer({ min: -100, max: 1000 }), fc.constant(Number.NaN));
const box = fc.record({ x: number, y: number, width: number, height: number });
const quality = fc.record({ sharpness: number, brightness: number, surround: number, inside: number });
const points = fc.oneof(
  fc.array(number, { maxLength: 20 }),
  fc.array(number, { minLength: 3 * KEY_VERTICES.length, maxLength: 3 * KEY_VERTICES.length }),
);
const face = fc.record(
  {
    track: number,
    box,
    points,
    pose: fc.record({ yaw: number, pitch: number, roll: number }),
    quality,
    pad: number,
    embedding: fc.array(number, { maxLength: 10 }),
  },
  { requiredKeys: ['track', 'box', 'points', 'pose', 'quality'] },
);
const garbage: fc.Arbitrary<Observation> = fc.record(
  {
    seq: number,
    at: number,
    width: number,
    height: number,
    faces: number,
    face,
    hash: fc.string(),
    digest: fc.string(),
  },
  { requiredKeys: ['seq', 'at', 'width', 'height', 'faces', 'hash', 'digest'] },
);

it('garbage never throws and is never live', () => {
  fc.assert(
    fc.property(plans, fc.array(garbage, { maxLength: 12 }), (plan, observations) => {
      const ordered = observations.map((one, index) => ({ ...one, seq: index, at: 100 * index }));
      for (const transcript of [observations, ordered]) {
        const verdict = judge(plan, transcript);
        expect(verdict.live).toBe(false);
        expect(!verdict.live && verdict.reasons.length).toBeGreaterThan(0);
        expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
      }
    }),
    { numRuns: 200 },
  );
});

it('garbage in the middle of a good session never throws, and the judge agrees with what happened live', () => {
  const plan = planOf('turn-left', 'nod-up');
  const good = perform(plan).observations;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), garbage), { maxLength: 6 }), (spoiled) => {
      const transcript = [...good];
      for (const [at, one] of spoiled) transcript[at] = { ...one, seq: good[at]!.seq, at: good[at]!.at };
      let state = begin(plan);
      const verdicts = transcript.map((one) => {
        const next = step(state, one);
        state = next.state;
        return next.verdict;
      });
      expect(judge(plan, transcript)).toEqual(verdicts.at(-1) ?? expire(state, 1e12).verdict);
    }),
    { numRuns: 100 },
  );
});
