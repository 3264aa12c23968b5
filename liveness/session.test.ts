import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, expire, judge, step } from './session.ts';
import { obey, PERSON, perform } from './testing/person.ts';
import { people, planOf, plans } from './testing/plans.ts';

const PLAN = planOf('turn-left', 'nod-down', 'turn-right');

describe('a liveness session', () => {
  it('finds every obedient person live, whatever the plan, the speed and the frame rate', () => {
    fc.assert(
      fc.property(plans, people, (plan, person) => {
        expect(perform(plan, person).verdict).toMatchObject({ live: true });
      }),
      { numRuns: 100 },
    );
  });

  it('is judged from its transcript exactly as it was live', () => {
    fc.assert(
      fc.property(plans, people, (plan, person) => {
        const { observations, verdict } = perform(plan, person);
        expect(judge(plan, JSON.parse(JSON.stringify(observations)))).toEqual(verdict);
      }),
      { numRuns: 15 },
    );
  });

  it('asks for the challenges of the plan, in order, with a straight look before each', () => {
    const { steps } = perform(PLAN);
    const told = steps.map(({ prompt }) => (prompt.kind === 'challenge' ? prompt.challenge : prompt.kind));
    const changes = told.filter((word, index) => word !== told[index - 1]);
    expect(changes).toEqual(['look', 'turn-left', 'look', 'nod-down', 'look', 'turn-right', 'look', 'finished']);
  });

  it('looks straight for as long as the plan says before it asks', () => {
    const plan = { ...PLAN, steps: PLAN.steps.map((one) => ({ ...one, holdMs: 1100 })) };
    const { steps, observations } = perform(plan);
    const asked = steps.findIndex(({ prompt }) => prompt.kind === 'challenge');
    const neutral = steps.findIndex(({ state }) => state.phase.kind === 'look');
    expect(observations[asked]!.at - observations[neutral]!.at).toBeGreaterThanOrEqual(1100);
  });

  it('fills its progress with the real angle', () => {
    const progress = perform(PLAN).steps.flatMap(({ prompt }) =>
      prompt.kind === 'challenge' ? [prompt.progress] : [],
    );
    expect(Math.min(...progress)).toBe(0);
    expect(Math.max(...progress)).toBeGreaterThan(0.6);
  });

  it('takes its still from a frontal frame outside the motions whose own embedding is the person', () => {
    const { observations, steps, verdict } = perform(PLAN);
    const kept = steps
      .map(({ keep }, index) => (keep ? observations[index]! : undefined))
      .filter((one) => one !== undefined);
    expect(verdict.live && verdict.still).toBe(kept.at(-1)!.seq);
    expect(Math.abs(kept.at(-1)!.face!.pose.yaw - PERSON.rest.yaw)).toBeLessThan(5);
    expect(kept.at(-1)!.face!.embedding).toHaveLength(512);
  });

  it('says the same again for the same observation, and leaves the state before as it was', () => {
    const { observations } = perform(PLAN);
    let state = begin(PLAN);
    for (const observation of observations) {
      const copy = structuredClone(state);
      const first = step(state, observation);
      expect(step(copy, observation)).toEqual(first);
      expect(state).toEqual(copy);
      state = first.state;
    }
  });

  it('takes less than a millisecond a frame', () => {
    const { observations } = perform(PLAN, { fps: 30 });
    const started = performance.now();
    for (let round = 0; round < 10; round++) judge(PLAN, observations);
    expect((performance.now() - started) / (10 * observations.length)).toBeLessThan(1);
  });

  it('does not change after its verdict', () => {
    const { steps, verdict, observations } = perform(PLAN);
    const after = step(steps.at(-1)!.state, { ...observations[0]!, seq: 9999, at: 1e6 });
    expect(after.verdict).toEqual(verdict);
    expect(expire(steps.at(-1)!.state, 1e9).verdict).toEqual(verdict);
  });

  it('refuses a plan without challenges, with an unknown one, or without limits', () => {
    expect(() => begin({ ...PLAN, steps: [] })).toThrow(/at least one known challenge/);
    expect(() => begin({ ...PLAN, steps: [{ challenge: 'wink' as 'nod-up', holdMs: 500 }] })).toThrow(
      /known challenge/,
    );
    expect(() => begin({ ...PLAN, totalLimitMs: Number.NaN })).toThrow(/limits/);
  });
});

describe('guidance', () => {
  const hints = (traits: Parameters<typeof perform>[1]) =>
    perform(PLAN, traits).steps.flatMap(({ prompt }) => (prompt.kind === 'guidance' ? [prompt.hint] : []));

  it.each([
    ['closer', { distance: 260 }],
    ['back', { distance: 24 }],
    ['look-straight', { rest: { yaw: 28, pitch: 0 } }],
    [
      'hold-still',
      { aim: (_: unknown, __: unknown, at: number) => ({ yaw: 12 * Math.sin(at / 100), pitch: 0 }), speed: 3 },
    ],
  ] as const)('says %s until it is mended, and ends at the total limit', (hint, traits) => {
    const shown = hints(traits);
    expect(new Set(shown)).toEqual(new Set([hint]));
    expect(perform(PLAN, traits).verdict).toMatchObject({ live: false, reasons: ['session-timeout'] });
  });

  it.each([
    ['brighter', { brightness: 20, surround: 30 }],
    ['backlight', { brightness: 60, surround: 200 }],
    ['centre', { inside: 0.7 }],
  ] as const)('says %s, and goes on once it is mended', (hint, quality) => {
    const { steps, verdict } = perform(PLAN, {
      alter: (one, { at }) =>
        at > 2000 ? one : { ...one, face: { ...one.face!, quality: { ...one.face!.quality, ...quality } } },
    });
    expect(steps.some(({ prompt }) => prompt.kind === 'guidance' && prompt.hint === hint)).toBe(true);
    expect(verdict).toMatchObject({ live: true });
  });

  it('says no-face and one-person while it waits for one face, and fails nobody for who passed by before', () => {
    const { steps, verdict } = perform(PLAN, {
      alter: (one, { at }) => {
        const { face, ...rest } = one;
        return at < 2000 ? { ...rest, faces: 0 } : at < 4000 ? { ...one, faces: 2 } : one;
      },
    });
    const shown = steps.flatMap(({ prompt }) => (prompt.kind === 'guidance' ? [prompt.hint] : []));
    expect(new Set(shown)).toEqual(new Set(['no-face', 'one-person']));
    expect(verdict).toMatchObject({ live: true });
  });

  it('lets the time of a challenge stand while a hint covers its prompt', () => {
    let hidden = 0;
    const { verdict } = perform(
      { ...PLAN, stepLimitMs: 2500 },
      {
        alter: (one, { prompt }) => {
          const covered =
            (prompt.kind === 'challenge' || prompt.kind === 'guidance') && prompt.done === 0 && hidden < 15;
          if (!covered || one.at < 1000) return one;
          hidden++;
          const { face, ...rest } = one;
          return { ...rest, faces: 0 };
        },
      },
    );
    expect(hidden).toBe(15);
    expect(verdict).toMatchObject({ live: true });
  });

  it('does not flicker: one poor frame changes nothing on the screen', () => {
    const { steps } = perform(PLAN, { alter: (one) => (one.seq % 20 === 10 ? { ...one, faces: 2 } : one) });
    expect(steps.some(({ prompt }) => prompt.kind === 'guidance')).toBe(false);
  });
});

describe('when no frames come', () => {
  it('ends once they stayed away too long, however late the question comes, and the judge agrees', () => {
    const { steps, observations } = perform(PLAN);
    const cut = steps.findIndex(({ prompt }) => prompt.kind === 'challenge') + 3;
    const { state } = steps[cut]!;
    const at = observations[cut]!.at;
    expect(expire(state, at + 2900).verdict).toBeUndefined();
    expect(expire(state, at + 2900).state).toBe(state);
    const verdict = expire(state, at + 3100).verdict;
    expect(verdict).toMatchObject({ live: false, reasons: ['time-irregular'] });
    expect(expire(state, at + 60_000).verdict).toEqual(verdict);
    expect(judge(PLAN, observations.slice(0, cut + 1))).toEqual(verdict);
  });

  it('is never live from a part of a transcript', () => {
    const { observations } = perform(PLAN);
    for (let length = 0; length < observations.length; length += 7) {
      expect(judge(PLAN, observations.slice(0, length)).live).toBe(false);
    }
  });

  it('names the limit that came first', () => {
    const idle = perform({ ...PLAN, stepLimitMs: 2000 }, { aim: (_, { rest }) => rest });
    const cut = idle.steps.findLastIndex(({ verdict }) => verdict === undefined);
    expect(expire(idle.steps[cut]!.state, 1e9).verdict).toMatchObject({ reasons: ['challenge-timeout'] });
    expect(expire(begin(PLAN), 1e9).verdict).toBeUndefined();
    expect(judge(PLAN, [])).toMatchObject({ live: false, reasons: ['session-timeout'] });
  });

  it('follows the person who does as told, but later', () => {
    const slow = perform(PLAN, { aim: (prompt, person) => obey(prompt, person), speed: 0.4 });
    expect(slow.verdict).toMatchObject({ live: true });
  });
});
