import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageDirection } from '../contract.ts';
import { createPerformer, headHabit, type Performer, type Turn } from './performer.ts';
import { createRandom } from './random.ts';

const newPerformer = (seed = 1, speed = 1): Performer => createPerformer(createRandom(seed), headHabit, speed);
const size = ({ yaw, pitch }: Turn) => Math.hypot(yaw, pitch);
/** The first time from `from` on, in steps of a millisecond, at which the pose meets the condition. */
function firstTime(performer: Performer, from: number, condition: (turn: Turn) => boolean): number {
  for (let at = from; at < from + 10_000; at++) if (condition(performer.turnAt(at))) return at;
  throw new Error('it never happens');
}

describe('a performer', () => {
  const signs: readonly (readonly [StageDirection, keyof Turn, number])[] = [
    ['turn-left', 'yaw', -1],
    ['turn-right', 'yaw', 1],
    ['nod-down', 'pitch', -1],
    ['nod-up', 'pitch', 1],
  ];
  it.each(signs)(
    'told to %s moves its %s, sign %i, by the habit’s angle, and nothing else',
    (direction, axis, sign) => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const performer = newPerformer(seed);
          performer.direct(direction, 0);
          const turn = performer.turnAt(2000);
          expect(turn[axis] * sign).toBeGreaterThanOrEqual(headHabit[axis][0]);
          expect(turn[axis] * sign).toBeLessThanOrEqual(headHabit[axis][1]);
          expect(Math.abs(turn[axis === 'yaw' ? 'pitch' : 'yaw'])).toBe(0);
        }),
      );
    },
  );

  it('reacts after 350 to 700 ms, arrives 600 to 900 ms later, and stays until it is called back', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const performer = newPerformer(seed);
        performer.direct('turn-right', 0);
        const moves = firstTime(performer, 0, (turn) => size(turn) > 0);
        expect(moves).toBeGreaterThanOrEqual(350);
        expect(moves).toBeLessThanOrEqual(702);
        const full = performer.turnAt(1601).yaw;
        const again = newPerformer(seed);
        again.direct('turn-right', 0);
        const arrives = firstTime(again, moves, ({ yaw }) => yaw >= full);
        expect(arrives - moves).toBeGreaterThanOrEqual(598);
        expect(arrives - moves).toBeLessThanOrEqual(901);
        expect(again.turnAt(60_000).yaw).toBe(full);
        again.direct('look', 60_000);
        expect(again.turnAt(60_349).yaw).toBe(full);
        expect(again.turnAt(61_601)).toEqual({ yaw: 0, pitch: 0 });
      }),
      { numRuns: 20 },
    );
  });

  it('called back on its way out goes to the end first and holds there for 250 ms', () => {
    const performer = newPerformer();
    performer.direct('nod-down', 0);
    const moves = firstTime(performer, 0, (turn) => size(turn) > 0);
    performer.direct('look', moves + 50);
    const full = firstTime(performer, moves + 50, ({ pitch }) => pitch <= -headHabit.pitch[0]);
    expect(performer.turnAt(full + 200).pitch).toBeLessThanOrEqual(-headHabit.pitch[0]);
    expect(performer.turnAt(full + 2000)).toEqual({ yaw: 0, pitch: 0 });
  });

  it('ignores a direction that it follows already, and takes idle for look', () => {
    const [once, often] = [newPerformer(), newPerformer()];
    once.direct('turn-left', 0);
    often.direct('turn-left', 0);
    for (let at = 0; at < 3000; at += 50) {
      often.direct('turn-left', at);
      expect(often.turnAt(at)).toEqual(once.turnAt(at));
    }
    once.direct('look', 3000);
    often.direct('idle', 3000);
    often.direct('look', 3400);
    expect(often.turnAt(3900)).toEqual(once.turnAt(3900));
  });

  it('at double speed does all of it in half the time', () => {
    const [usual, fast] = [newPerformer(3), newPerformer(3, 2)];
    usual.direct('nod-up', 0);
    fast.direct('nod-up', 0);
    for (let at = 0; at < 2000; at += 20) expect(fast.turnAt(at / 2).pitch).toBeCloseTo(usual.turnAt(at).pitch, 9);
  });

  const script = fc.array(
    fc.record({
      direction: fc.constantFrom<StageDirection>('idle', 'look', 'turn-left', 'turn-right', 'nod-down', 'nod-up'),
      wait: fc.integer({ min: 0, max: 2500 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('moves without a jerk, whatever it is told and when', () => {
    fc.assert(
      fc.property(script, fc.integer(), (steps, seed) => {
        const performer = newPerformer(seed);
        let [at, before, pace] = [0, performer.turnAt(0), { yaw: 0, pitch: 0 }];
        for (const { direction, wait } of steps) {
          performer.direct(direction, at);
          for (const end = at + wait; at < end; at += 10) {
            const turn = performer.turnAt(at);
            for (const axis of ['yaw', 'pitch'] as const) {
              const step = turn[axis] - before[axis];
              // Degrees in 10 ms: from side to side in 600 ms peaks at 1.9; the change of pace stays small too.
              expect(Math.abs(step)).toBeLessThan(2.2);
              expect(Math.abs(step - pace[axis])).toBeLessThan(0.25);
              pace = { ...pace, [axis]: step };
            }
            before = turn;
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('depends on what it is told and not on how often it is looked at', () => {
    fc.assert(
      fc.property(script, fc.integer({ min: 1, max: 400 }), (steps, interval) => {
        const [watched, alone] = [newPerformer(), newPerformer()];
        let at = 0;
        for (const { direction, wait } of steps) {
          watched.direct(direction, at);
          alone.direct(direction, at);
          for (let look = at; look < at + wait; look += interval) watched.turnAt(look);
          at += wait;
        }
        expect(watched.turnAt(at)).toEqual(alone.turnAt(at));
      }),
    );
  });
});
