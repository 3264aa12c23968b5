import { describe, expect, it } from 'vitest';
import type { ChallengeKind } from '../contract.ts';
import { isNeutral, isReached, isWrong, motionOf, reachOf } from '../motion.ts';
import { DEFAULTS } from '../settings.ts';
import { obey, PERSON, perform } from '../testing/person.ts';
import { planOf } from '../testing/plans.ts';
import { CHALLENGE_KINDS, CHALLENGES } from './index.ts';

/** Every challenge of the table has to pass this. */
describe.each(CHALLENGE_KINDS)('challenge %s', (kind: ChallengeKind) => {
  const challenge = CHALLENGES[kind];
  const rest = { yaw: 5, pitch: -8, roll: 2 };
  const at = (angle: number) => ({ ...rest, [challenge.axis]: rest[challenge.axis] + challenge.sign * angle });
  const reach = reachOf(challenge, DEFAULTS);

  it('stands in the table under its own name', () => {
    expect(challenge.kind).toBe(kind);
  });

  it('has an axis and a direction of its own', () => {
    const same = Object.values(CHALLENGES).filter(
      ({ axis, sign }) => axis === challenge.axis && sign === challenge.sign,
    );
    expect(same).toEqual([challenge]);
  });

  it('is reached from the angle asked for on, relative to the neutral pose, and not before', () => {
    expect(isReached(challenge, motionOf(challenge, at(reach), rest), DEFAULTS)).toBe(true);
    expect(isReached(challenge, motionOf(challenge, at(reach - 0.5), rest), DEFAULTS)).toBe(false);
    expect(isWrong(challenge, motionOf(challenge, at(reach), rest), DEFAULTS)).toBe(false);
  });

  it('takes the opposite motion for a wrong one', () => {
    expect(isWrong(challenge, motionOf(challenge, at(-reach), rest), DEFAULTS)).toBe(true);
    expect(isReached(challenge, motionOf(challenge, at(-reach), rest), DEFAULTS)).toBe(false);
  });

  it('takes every other challenge for a wrong motion', () => {
    for (const other of Object.values(CHALLENGES)) {
      if (other.kind === kind) continue;
      const angle = 1.5 * reachOf(other, DEFAULTS);
      const pose = { ...rest, [other.axis]: rest[other.axis] + other.sign * angle };
      expect(isWrong(challenge, motionOf(challenge, pose, rest), DEFAULTS)).toBe(true);
    }
  });

  it('lies outside the neutral look', () => {
    expect(isNeutral(at(reach), rest, DEFAULTS)).toBe(false);
  });

  it('is passed by a person who does it, and by nobody who does the opposite', () => {
    expect(perform(planOf(kind)).verdict).toMatchObject({ live: true });
    const opposite = perform(planOf(kind), {
      aim: (prompt, person) => {
        const aim = obey(prompt, person);
        return { yaw: 2 * PERSON.rest.yaw - aim.yaw, pitch: 2 * PERSON.rest.pitch - aim.pitch };
      },
    });
    expect(opposite.verdict).toMatchObject({ live: false, reasons: ['wrong-motion'] });
  });
});
