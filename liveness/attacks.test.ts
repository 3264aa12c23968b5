import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailReason, Observation, Plan, Prompt } from './contract.ts';
import { continues } from './plan.ts';
import { judge } from './session.ts';
import { sheetVertices } from './testing/head.ts';
import { type Aim, embeddingOf, obey, type Person, perform, type Scene } from './testing/person.ts';
import { kindsOf, people, planOf, plans } from './testing/plans.ts';
import { seeded } from './testing/random.ts';

const PLAN = planOf('turn-left', 'nod-down', 'turn-right');

function reasonsOf(plan: Plan, person: Partial<Person>): readonly FailReason[] {
  const { verdict, observations } = perform(plan, person);
  expect(judge(plan, observations)).toEqual(verdict);
  return verdict.live ? [] : verdict.reasons;
}

/** Every plan, every person: the attack fails for its reason. */
function alwaysFails(
  reason: FailReason,
  attack: (plan: Plan, person: Partial<Person>) => Partial<Person>,
  runs = 25,
): void {
  fc.assert(
    fc.property(plans, people, (plan, person) => {
      expect(reasonsOf(plan, { ...person, ...attack(plan, person) })).toContain(reason);
    }),
    { numRuns: runs },
  );
}

const opposite = (aim: Aim, rest: Aim): Aim => ({ yaw: 2 * rest.yaw - aim.yaw, pitch: 2 * rest.pitch - aim.pitch });
/** Turns away after two and a half seconds, whatever is asked. */
const restless = (_: Prompt, { rest }: Person, at: number): Aim =>
  at < 2500 ? rest : { yaw: rest.yaw + 30, pitch: rest.pitch };
const swapped = (aim: Aim, rest: Aim): Aim => ({
  yaw: rest.yaw + (aim.pitch - rest.pitch) * 1.3,
  pitch: rest.pitch + (aim.yaw - rest.yaw) * 1.3,
});
/** What the person of a recording does, by the recording's own time. */
function recorded(plan: Plan, traits: Partial<Person>): Person['aim'] {
  const { steps, observations } = perform(plan, traits);
  const told = steps.map(({ prompt }, index) => ({ prompt, at: observations[index]!.at }));
  return (_, person, at) => {
    const heard = told.findLast((one) => one.at + 500 / person.speed <= at);
    return heard === undefined ? person.rest : obey(heard.prompt, person);
  };
}

/** Everything after the first challenge was asked for. */
const later = ({ past }: Scene) => past.length > 60;

describe('attacks', () => {
  it('a flat photo, tilted as told, shows flat motion', () => {
    alwaysFails('flat-motion', () => ({ vertices: sheetVertices() }));
  });

  it('a photo bent round the upright axis by 2 cm, tilted as told, shows flat motion', () => {
    alwaysFails('flat-motion', () => ({ vertices: sheetVertices(2) }));
  });

  it('a motion the opposite way is the wrong motion', () => {
    alwaysFails('wrong-motion', () => ({ aim: (prompt, person) => opposite(obey(prompt, person), person.rest) }));
  });

  it('a nod instead of a turn, and a turn instead of a nod, is the wrong motion', () => {
    alwaysFails('wrong-motion', () => ({
      nod: 30,
      turn: 30,
      aim: (prompt, person) => swapped(obey(prompt, person), person.rest),
    }));
  });

  it('one who never moves runs out of time', () => {
    alwaysFails('challenge-timeout', () => ({ aim: (_, { rest }) => rest }), 10);
  });

  it('one who moves too little runs out of time', () => {
    alwaysFails('challenge-timeout', () => ({ turn: 13, nod: 7 }), 10);
  });

  it('a motion during the straight look came before its prompt', () => {
    fc.assert(
      fc.property(plans, people, (plan, person) => {
        const patient = { ...plan, steps: plan.steps.map((one) => ({ ...one, holdMs: 4000 })) };
        expect(reasonsOf(patient, { ...person, aim: restless })).toEqual(['motion-early']);
      }),
      { numRuns: 20 },
    );
  });

  it('a glance aside during the straight look is forgiven', () => {
    const glance = (at: number) => at > 1500 && at < 1700;
    const aim = (prompt: Prompt, one: Person, at: number) =>
      glance(at) ? { yaw: one.rest.yaw + 30, pitch: one.rest.pitch } : obey(prompt, one);
    const plan = { ...PLAN, steps: PLAN.steps.map((one) => ({ ...one, holdMs: 1200 })) };
    const { steps, verdict } = perform(plan, { aim });
    expect(steps.some(({ state }) => state.phase.kind === 'look' && state.phase.awayFrames > 0)).toBe(true);
    expect(verdict).toMatchObject({ live: true });
  });

  it('the recording of a session with another plan never fits', () => {
    fc.assert(
      fc.property(plans, plans, people, (plan, other, person) => {
        fc.pre(!continues(kindsOf(plan), kindsOf(other)));
        expect(perform(plan, { ...person, aim: recorded(other, person) }).verdict.live).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('a frozen picture is named', () => {
    let frozen: Observation | undefined;
    const alter = (one: Observation, scene: Scene) => {
      if (!later(scene)) return one;
      frozen ??= one;
      return { ...frozen, seq: one.seq, at: one.at };
    };
    expect(reasonsOf(PLAN, { alter })).toEqual(['picture-frozen']);
  });

  it('a camera that repeats a frame now and then is no frozen picture', () => {
    const alter = (one: Observation, { past }: Scene) =>
      one.seq % 6 > 3 ? { ...one, digest: past.at(-1)!.digest } : one;
    expect(perform(PLAN, { alter }).verdict).toMatchObject({ live: true });
  });

  it('a loop of pictures is named', () => {
    const alter = (one: Observation, scene: Scene) =>
      later(scene) ? { ...one, digest: scene.past[one.seq - 40]!.digest } : one;
    expect(reasonsOf(PLAN, { alter })).toEqual(['picture-repeats']);
  });

  it('time that runs backwards, stands for seconds or crawls is named', () => {
    const back = (one: Observation, scene: Scene) => (later(scene) ? { ...one, at: one.at - 5000 } : one);
    const hole = (one: Observation, scene: Scene) => (later(scene) ? { ...one, at: one.at + 3500 } : one);
    const again = (one: Observation, scene: Scene) => (later(scene) ? { ...one, seq: 3 } : one);
    for (const alter of [back, hole, again]) expect(reasonsOf(PLAN, { alter })).toEqual(['time-irregular']);
    expect(reasonsOf(PLAN, { fps: 2 })).toEqual(['time-irregular']);
  });

  it('a second face that stays is named, one that passes is not', () => {
    const stays = (one: Observation, scene: Scene) => (later(scene) ? { ...one, faces: 2 } : one);
    const passes = (one: Observation) => (one.seq > 60 && one.seq < 66 ? { ...one, faces: 2 } : one);
    expect(reasonsOf(PLAN, { alter: stays })).toEqual(['two-faces']);
    expect(perform(PLAN, { alter: passes }).verdict).toMatchObject({ live: true });
  });

  it('a face that goes away is lost, one that is missed for a moment is not', () => {
    const without = ({ face: _, ...rest }: Observation) => ({ ...rest, faces: 0 });
    expect(reasonsOf(PLAN, { alter: (one, scene) => (later(scene) ? without(one) : one) })).toEqual(['face-lost']);
    const blinks = (one: Observation) => (one.seq > 60 && one.seq < 68 ? without(one) : one);
    expect(perform(PLAN, { alter: blinks }).verdict).toMatchObject({ live: true });
  });

  const other = (one: Observation, track: number): Observation => {
    const face = one.face!;
    const embedding = embeddingOf(7, { yaw: 0, pitch: 0 }, seeded(one.seq));
    return { ...one, face: { ...face, track, ...(face.embedding && { embedding }) } };
  };

  it('another person who takes over is named, with or without a new track', () => {
    for (const track of [1, 2]) {
      fc.assert(
        fc.property(plans, people, (plan, person) => {
          const alter = (one: Observation, { past }: Scene) => (past.length > 30 ? other(one, track) : one);
          expect(reasonsOf(plan, { ...person, alter })).toContain('identity-changed');
        }),
        { numRuns: 15 },
      );
    }
  });

  it('another person who only does the motions is named', () => {
    fc.assert(
      fc.property(plans, people, (plan, person) => {
        const moves = (scene: Scene) => scene.prompt.kind === 'challenge';
        const alter = (one: Observation, scene: Scene) => (moves(scene) ? other(one, 2) : one);
        expect(reasonsOf(plan, { ...person, alter })).toContain('identity-changed');
      }),
      { numRuns: 15 },
    );
  });

  it('the same person on a new track goes on, once recognised', () => {
    const alter = (one: Observation) => ({ ...one, face: { ...one.face!, track: Math.floor(one.seq / 40) } });
    expect(perform(PLAN, { alter }).verdict).toMatchObject({ live: true });
  });

  it('a new track without any embedding is a lost face', () => {
    const alter = (one: Observation, scene: Scene) => {
      if (!later(scene)) return one;
      const { embedding: _, ...face } = one.face!;
      return { ...one, face: { ...face, track: 2 } };
    };
    expect(reasonsOf(PLAN, { alter })).toContain('face-lost');
  });

  it('low PAD scores are an attack', () => {
    alwaysFails('pad-attack', () => ({ pad: 0.3 }), 10);
  });

  it('scores that never come are no pass', () => {
    const withoutPad = (one: Observation) => ({ ...one, face: { ...one.face!, pad: undefined as never } });
    const withoutEmbedding = (one: Observation) => ({ ...one, face: { ...one.face!, embedding: undefined as never } });
    expect(reasonsOf(PLAN, { alter: withoutPad })).toEqual(['session-timeout']);
    expect(reasonsOf(PLAN, { alter: withoutEmbedding })).toEqual(['session-timeout']);
  });

  it('a face that is never sharp leaves no still', () => {
    alwaysFails('no-frontal-still', () => ({ sharpness: 4 }), 5);
  });

  it('a face that is never quite frontal leaves no still', () => {
    const { verdict } = perform(PLAN, { rest: { yaw: 13, pitch: 0 } }, { stillYaw: 3 });
    expect(verdict).toMatchObject({ live: false, reasons: ['no-frontal-still'] });
  });

  it('a pose that jumps from place to place is spliced', () => {
    const alter = (one: Observation) => {
      const face = one.face!;
      const yaw = one.seq > 40 && one.seq % 4 === 0 ? face.pose.yaw + 60 : face.pose.yaw;
      return { ...one, face: { ...face, pose: { ...face.pose, yaw } } };
    };
    expect(reasonsOf(PLAN, { alter })).toContain('time-irregular');
  });
});
