import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../hardware/simulated/random.ts';
import type { Observation } from '../../liveness/contract.ts';
import { judge, type Plan } from '../../liveness/index.ts';
import { embeddingOf, perform as obey } from '../../liveness/testing/person.ts';
import { seeded } from '../../liveness/testing/random.ts';
import { ATTACKS, BONA_FIDE, type Kind } from './attacks.ts';
import { perform } from './perform.ts';
import { createLook, createPlayer, type Place } from './player.ts';
import type { Part, Take } from './take.ts';
import { type Cast, runTrial } from './trial.ts';

const PLAN: Plan = {
  steps: [
    { challenge: 'turn-left', holdMs: 600 },
    { challenge: 'nod-up', holdMs: 600 },
  ],
  stepLimitMs: 7000,
  totalLimitMs: 40_000,
};

/** A take without pixels: a person who does everything once, as the tests of liveness know one. */
function draftTake(identity = 1): Take {
  const part = (index: number): Part => ({
    from: 1800 + 3500 * index,
    back: 3650 + 3500 * index,
    end: 5300 + 3500 * index,
  });
  const parts = { 'turn-left': part(0), 'nod-down': part(1), 'turn-right': part(2), 'nod-up': part(3) };
  const asked = (at: number) => Object.entries(parts).find(([, { from, back }]) => at >= from && at < back)?.[0];
  const frames: Observation[] = [];
  obey(PLAN, {
    identity,
    fps: 15,
    aim: (_, { rest }, at) => {
      const challenge = asked(at);
      const yaw = challenge === 'turn-left' ? -30 : challenge === 'turn-right' ? 30 : 0;
      const pitch = challenge === 'nod-up' ? 28 : challenge === 'nod-down' ? -28 : 0;
      return { yaw: rest.yaw + yaw, pitch: rest.pitch + pitch };
    },
    alter: (one) => {
      const embedding = embeddingOf(identity, { yaw: 0, pitch: 0 }, seeded(one.seq));
      frames.push({ ...one, hash: '0f0f0f0f0f0f0f0f', face: { ...one.face!, pad: 0.9, embedding } });
      // A second face keeps that session waiting, whatever the person does.
      return { ...one, faces: 2 };
    },
  });
  return { frames: frames.filter(({ at }) => at <= 16_000), look: { from: 0, end: 1800 }, parts };
}

const take = draftTake();
const cast = (seed: number): Cast<Place> => ({
  main: () => createPlayer(take, 1),
  sitting: () => createPlayer(take, 1),
  stranger: () => createPlayer(draftTake(2), 1),
  look: () => createLook(createRandom(1000 + seed)),
});
const kindOf = (id: string): Kind => ATTACKS.find((kind) => kind.id === id)!;

describe('a player', () => {
  it('looks straight to and fro, goes out in full before it comes back, and waits for the word', () => {
    const player = createPlayer(take, 1);
    player.direct('look', 0);
    expect(player.shoot(1000).at).toBe(1000);
    expect(player.shoot(2600).at).toBe(1000);
    player.direct('turn-left', 3000);
    expect(player.shoot(3000).at).toBe(1800);
    player.direct('look', 3500);
    expect(player.shoot(4000).at).toBe(2800);
    expect(player.shoot(4850).at).toBe(3650);
    expect(player.shoot(5850).at).toBe(4650);
    expect(player.shoot(6600).at).toBeLessThan(1800);
  });

  it('stays out as long as the challenge is asked for', () => {
    const player = createPlayer(take, 2);
    player.direct('nod-up', 0);
    expect(player.shoot(9000).at).toBe(take.parts['nod-up'].back);
  });

  it('gives observations that lie between their neighbours, with a digest of their own', () => {
    const look = createLook(createRandom(1001));
    fc.assert(
      fc.property(fc.double({ min: 0, max: 15_000, noNaN: true }), (at) => {
        const seen = look({ take, at }, { seq: 1, at: 5 }, { pad: true, embedding: true });
        const near = take.frames.filter((frame) => Math.abs(frame.at - at) < 200).map((frame) => frame.face!.pose.yaw);
        expect(seen.face!.pose.yaw).toBeGreaterThan(Math.min(...near) - 2);
        expect(seen.face!.pose.yaw).toBeLessThan(Math.max(...near) + 2);
        expect(seen).toMatchObject({ seq: 1, at: 5, face: { pad: 0.9 } });
        expect(take.frames.map(({ digest }) => digest)).not.toContain(seen.digest);
      }),
    );
  });
});

describe('a composed session', () => {
  it('of a person who does as asked is live, and the transcript says so again', async () => {
    const { verdict, transcript } = await perform(
      createPlayer(take, 1),
      createLook(createRandom(3)),
      PLAN,
      { fps: 15, lost: 0.1 },
      createRandom(4),
    );
    expect(verdict).toMatchObject({ live: true });
    expect(judge(PLAN, transcript)).toEqual(verdict);
  });

  it('is the same for the same seed', async () => {
    const run = () => runTrial(BONA_FIDE, cast(5), createRandom(6));
    expect(await run()).toEqual(await run());
  });

  it.each([
    ['fed-wrong', ['wrong-motion', 'challenge-timeout']],
    [
      'fed-next-plan',
      ['wrong-motion', 'challenge-timeout', 'motion-early', 'picture-repeats', 'picture-frozen', 'session-timeout'],
    ],
    ['frozen', ['picture-frozen']],
    ['looped', ['picture-repeats']],
    ['times', ['time-irregular']],
    ['swap', ['identity-changed']],
    ['swap-motions', ['identity-changed']],
  ])('of the kind %s is refused for its reason', async (id, reasons) => {
    for (let seed = 1; seed <= 6; seed++) {
      const outcome = await runTrial(kindOf(id), cast(seed), createRandom(seed));
      expect(outcome).toMatchObject({ accepted: false, acceptedUnpadded: false });
      expect(reasons).toContain(outcome.reasons[0]);
    }
  });

  it('of which the film is a picture or two long is refused like any other', async () => {
    const backwards = () => {
      const look = createLook(createRandom(7));
      return (...[place, when, wants]: Parameters<typeof look>) => look(place, { ...when, at: -when.at }, wants);
    };
    for (let seed = 1; seed <= 6; seed++) {
      const outcome = await runTrial(kindOf('fed-next-plan'), { ...cast(seed), look: backwards }, createRandom(seed));
      expect(outcome).toMatchObject({ accepted: false });
    }
  });

  it('replayed for its own plan is accepted by liveness: what refuses it is named in the table', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3].map((seed) => runTrial(kindOf('fed-same-plan'), cast(seed), createRandom(seed))),
    );
    expect(outcomes.filter(({ accepted }) => accepted).length).toBeGreaterThan(0);
    expect(kindOf('fed-same-plan').defence).toMatch(/backend/);
  });
});
