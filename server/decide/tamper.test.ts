import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Observation } from '../../liveness/contract.ts';
import { judge } from '../../liveness/index.ts';
import { perform } from '../../liveness/testing/person.ts';
import { planOf } from '../../liveness/testing/plans.ts';
import type { Evidence } from '../contract/index.ts';
import type { Eyes } from '../models.ts';
import { ALL_MATCH, ZHANG } from '../testing/backend.ts';
import { hashOf, seeing } from '../testing/faces.ts';
import { type Case, decide } from './decide.ts';

const plan = planOf('turn-left', 'nod-down');
const OPENED = Date.parse('2026-03-01T12:00:00Z');
const iso = (ms: number) => new Date(OPENED + ms).toISOString();

let transcript: readonly Observation[];
let seq: number;
let jpeg: string;
let models: Eyes;
let lastedMs: number;

/** A session that the real judge finds live, and models that see in its still what its frame says. */
beforeAll(async () => {
  const performed = perform(plan).observations;
  const verdict = judge(plan, performed);
  if (!verdict.live) throw new Error(`the session is not live: ${verdict.reasons}`);
  seq = verdict.still;
  const { width, height, face } = performed.find((each) => each.seq === seq)!;
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const still = await sharp({ create: { width, height, channels: 3, background: 'grey', noise } })
    .jpeg()
    .toBuffer();
  jpeg = still.toString('base64');
  const hash = await hashOf(still);
  transcript = performed.map((each) => (each.seq === seq ? { ...each, hash } : each));
  lastedMs = transcript.at(-1)!.at - transcript[0]!.at;
  models = { ...seeing({ points: face!.points }), embed: async () => Float32Array.from(face!.embedding!) };
});

function decideOn(change: Partial<Evidence>, openMs = lastedMs + 500, other: Partial<Case['issued']> = {}) {
  const evidence = {
    verification: 'v',
    attempt: 'a',
    nonce: 'n',
    plan,
    startedAt: iso(100),
    finishedAt: iso(lastedMs + 300),
    advisory: { live: true, reasons: [] },
    still: { seq, jpeg },
    transcript,
    ...change,
  } as Evidence;
  const issued = { nonce: 'n', plan, openedAt: OPENED, ...other };
  const person = { idNumber: ZHANG, name: '张小敏' };
  const required = ['bank', 'police', 'insurer'] as const;
  const who = { cardholder: person, subject: person, required };
  const question = { verification: 'v', round: 1, ...who, issued, evidence, receivedAt: OPENED + openMs };
  const deps = { judge, models: async () => models, authorities: ALL_MATCH };
  const asking = { limitMs: 1000, signal: new AbortController().signal, heard: async () => undefined };
  return decide(question, deps, asking).then(({ ending }) => ending);
}
const edited = (change: (all: Observation[]) => Observation[]) =>
  decideOn({ transcript: change([...transcript]) as Evidence['transcript'] });

describe('evidence of a live session', () => {
  it('as it is, is verified: what follows fails for what was changed', async () => {
    expect(await decideOn({})).toMatchObject({ outcome: 'verified', reason: 'matched' });
  });
  it.each<[string, (all: Observation[]) => Observation[]]>([
    ['without its end', (all) => all.slice(0, -20)],
    ['without its beginning', (all) => all.filter((_, i) => i > all.length / 2)],
    ['backwards', (all) => all.reverse()],
    ['with two frames exchanged', ([first, second, ...rest]) => [second!, first!, ...rest]],
    ['with each frame twice', (all) => all.flatMap((each) => [each, each])],
    ['with one picture for all', (all) => all.map((each) => ({ ...each, digest: all[0]!.digest }))],
    ['without PAD scores', (all) => all.map(withoutFace('pad'))],
    ['without embeddings', (all) => all.map(withoutFace('embedding'))],
    ['without faces', (all) => all.map(({ face: _, ...each }) => each)],
    ['without the still’s frame', (all) => all.filter((each) => each.seq !== seq)],
    ['at one moment', (all) => all.map((each) => ({ ...each, at: 0 }))],
    ['a hundred times as slow', (all) => all.map((each) => ({ ...each, at: each.at * 100 }))],
    ['of nothing', () => []],
  ])('%s is not', async (_, change) => {
    expect((await edited(change)).outcome).toBe('rejected');
  });
  it.each<[string, () => Promise<{ readonly outcome: string; readonly reason: string }>, string]>([
    ['with the still of another frame', () => decideOn({ still: { seq: seq - 1, jpeg } }), 'evidence-still-rejected'],
    ['with a still of no frame', () => decideOn({ still: { seq: 99_999, jpeg } }), 'evidence-still-rejected'],
    ['without a still', () => decideOn({ still: undefined }), 'liveness-no-frontal-still'],
    ['for another nonce', () => decideOn({ nonce: 'm' }), 'evidence-plan-mismatch'],
    [
      'for another plan',
      () => decideOn({}, undefined, { plan: planOf('nod-up', 'turn-left') }),
      'evidence-plan-mismatch',
    ],
    ['with the new plan written over the old', reused, 'liveness-'],
    ['before it could have been made', () => decideOn({}, lastedMs - 1000), 'evidence-time-window'],
    ['kept back', () => decideOn({}, lastedMs + 31_000), 'evidence-time-window'],
  ])('%s is not', async (_, run, reason) => {
    const ending = await run();
    expect(ending.outcome).toBe('rejected');
    expect(ending.reason).toMatch(new RegExp(`^${reason}`));
  });
  it('with the still of somebody else is not, however live the transcript', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const { width, height } = transcript[0]!;
    const other = await sharp({ create: { width, height, channels: 3, background: 'grey', noise } })
      .jpeg()
      .toBuffer();
    const ending = await decideOn({ still: { seq, jpeg: other.toString('base64') } });
    expect(ending).toMatchObject({ outcome: 'rejected', reason: 'evidence-still-rejected' });
  });
  it('with nonsense for any number is never a fault of ours, and never verified when it is not finite', async () => {
    const field = fc.constantFrom('at', 'seq', 'yaw', 'box', 'points', 'embedding', 'pad');
    const value = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e300);
    await fc.assert(
      fc.asyncProperty(field, value, async (name, number) => {
        const ending = await edited((all) => all.map((each) => spoil(each, name, number)));
        expect(ending.outcome).toBe('rejected');
      }),
      { numRuns: 40 },
    );
  });
});

const other = planOf('turn-right', 'nod-up');
const reused = () => decideOn({ plan: other as Evidence['plan'] }, undefined, { plan: other });

function withoutFace(name: 'pad' | 'embedding') {
  return (each: Observation): Observation => {
    if (!each.face) return each;
    const { [name]: _, ...face } = each.face;
    return { ...each, face: face as NonNullable<Observation['face']> };
  };
}

function spoil(each: Observation, name: string, number: number): Observation {
  if (name === 'at' || name === 'seq') return { ...each, [name]: number };
  const { face } = each;
  if (!face) return each;
  if (name === 'yaw') return { ...each, face: { ...face, pose: { ...face.pose, yaw: number } } };
  if (name === 'box') return { ...each, face: { ...face, box: { ...face.box, width: number } } };
  if (name === 'points') return { ...each, face: { ...face, points: face.points.map(() => number) } };
  if (name === 'embedding') return { ...each, face: { ...face, embedding: Array(512).fill(number) } };
  return { ...each, face: { ...face, pad: number } };
}
