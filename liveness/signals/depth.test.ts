import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pose } from '../../models/contract.ts';
import { DEFAULTS } from '../settings.ts';
import { headVertices, project, sheetVertices, type View } from '../testing/head.ts';
import { seeded } from '../testing/random.ts';
import { fullness } from './fullness.ts';
import { middleDepth } from './middle-depth.ts';
import recorded from './recorded-turns.json' with { type: 'json' };
import { shallowness } from './shallowness.ts';
import { NOT_TURNED, observeTurning, type Turning } from './turning.ts';

type Shape = ReturnType<typeof headVertices>;

const FRONT: View = { yaw: 0, pitch: 0, distance: 60, focal: 600, centre: { x: 320, y: 240 } };

/** The head with this share of its depth, of which the middle plane goes through the eyes. */
const maskOf = (share: number): Shape => headVertices().map(([x, y, z]) => [x, y, 6 + (z - 6) * share]);

const posed = (yaw: number, pitch = 0): Pose => ({ yaw, pitch, roll: 0 });

/**
 * A turn to `furthest` degrees and back. Where a picture shows `shape`, the mesh believes in a head's depth at rest.
 * `rest`: how far the shape stands askew when it rests.
 */
function turn(
  shape: Shape,
  furthest: number,
  { pictures = 16, rest = 0, noise = 0, lean = 0, seed = 1, distance = 60 } = {},
): Turning {
  const random = seeded(seed);
  const at = (yaw: number) =>
    project(shape, { ...FRONT, distance, yaw }).map((value) => value + noise * random.normal());
  const believed = project(headVertices(), { ...FRONT, distance, yaw: rest });
  const neutral = { pose: posed(0), points: at(rest).map((value, i) => (i % 3 === 2 ? believed[i]! : value)) };
  let turning = NOT_TURNED;
  for (let i = 1; i < pictures; i++) {
    const yaw = furthest * Math.sin((Math.PI * i) / pictures);
    turning = observeTurning(turning, neutral, { pose: posed(yaw), points: leaning(at(rest + yaw), lean) });
  }
  return turning;
}

/** The same picture, turned about its middle by so many degrees. */
function leaning(points: readonly number[], degrees: number): number[] {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return points.map((value, i) => {
    const [x, y] = [points[i - (i % 3)]! - 320, points[i - (i % 3) + 1]! - 240];
    return i % 3 === 0 ? 320 + cos * x - sin * y : i % 3 === 1 ? 240 + sin * x + cos * y : value;
  });
}

const furthest = fc.oneof(fc.double({ min: 22, max: 40, noNaN: true }), fc.double({ min: -40, max: -22, noNaN: true }));

describe('the depth that turns show', () => {
  it('of a head is a head’s, at any angle, distance and with the mesh’s own unrest', () => {
    fc.assert(
      fc.property(furthest, fc.double({ min: 45, max: 90, noNaN: true }), fc.nat(1000), (angle, distance, seed) => {
        const turning = turn(headVertices(), angle, { distance, seed, noise: 0.3 });
        expect(shallowness(turning)).toBeLessThan(DEFAULTS.shallowness);
        expect(middleDepth(turning)).toBeGreaterThan(DEFAULTS.middleDepth);
      }),
    );
  });

  it('of a mask of up to 60 % of a head’s depth is refused by both', () => {
    fc.assert(
      fc.property(furthest, fc.double({ min: 0.1, max: 0.6, noNaN: true }), (angle, share) => {
        const turning = turn(maskOf(share), 1.2 * angle);
        expect(shallowness(turning)).toBeGreaterThan(DEFAULTS.shallowness);
        expect(middleDepth(turning)).toBeLessThan(DEFAULTS.middleDepth);
      }),
    );
  });

  it('of a mask of half a head’s depth, turned far, is half a head’s', () => {
    const turning = turn(maskOf(0.5), 42, { distance: 300, pictures: 60 });
    expect(shallowness(turning)).toBeCloseTo(2, 0);
    expect(middleDepth(turning)).toBeCloseTo(0.5, 1);
  });

  it('of a sheet is refused by both', () => {
    const turning = turn(sheetVertices(), 35);
    expect(shallowness(turning)).toBeGreaterThan(DEFAULTS.shallowness);
    expect(middleDepth(turning)).toBeLessThan(DEFAULTS.middleDepth);
  });

  it('of a mask that rests askew is found out by shallowness, whichever way it turns', () => {
    for (const rest of [-15, 15]) {
      for (const angle of [-35, 35]) {
        expect(shallowness(turn(maskOf(0.45), angle, { rest }))).toBeGreaterThan(DEFAULTS.shallowness);
      }
    }
  });

  it('does not depend on a head that leans towards a shoulder meanwhile', () => {
    const [upright, leant] = [turn(headVertices(), 30), turn(headVertices(), 30, { lean: 12 })];
    expect(shallowness(leant)).toBeCloseTo(shallowness(upright)!, 1);
    expect(middleDepth(leant)).toBeCloseTo(middleDepth(upright)!, 1);
  });

  it('says nothing before there were three pictures, or while the head nods, turns too far or has no points', () => {
    const neutral = { pose: posed(0), points: project(headVertices(), FRONT) };
    const add = (before: Turning, pose: Pose, points = project(headVertices(), { ...FRONT, yaw: pose.yaw })) =>
      observeTurning(before, neutral, { pose, points });
    const two = add(add(NOT_TURNED, posed(20)), posed(25));
    expect(shallowness(two)).toBeUndefined();
    expect(middleDepth(two)).toBeUndefined();
    for (const pose of [posed(1), posed(60), posed(10, 20)]) expect(add(two, pose)).toEqual(two);
    const blank = neutral.points.map(() => 0);
    expect(add(two, posed(20), blank)).toEqual(two);
    expect(shallowness(add(two, posed(28)))).toBeGreaterThan(0);
  });

  it('of few pictures of a mask is not yet a mask’s: what is known of heads weighs as much', () => {
    const few = shallowness(turn(maskOf(0.4), 6, { pictures: 5 }))!;
    expect(few).toBeLessThan(shallowness(turn(maskOf(0.4), 35))!);
  });
});

/** What the mesh saw of turns that were rendered: two people, and two masks with the faces of such people. */
describe('of recorded turns', () => {
  const numbers = (text: string) => text.split(' ').map(Number);
  const measured = recorded.map(({ what, neutral, pictures }) => {
    const rest = { pose: posed(neutral.yaw, neutral.pitch), points: numbers(neutral.points) };
    const turning = pictures.reduce(
      (sums, { yaw, pitch, points }) =>
        observeTurning(sums, rest, { pose: posed(yaw, pitch), points: numbers(points) }),
      NOT_TURNED,
    );
    const far = pictures.filter(({ yaw }) => Math.abs(yaw - neutral.yaw) >= DEFAULTS.turnReach);
    const full = far.map(({ points }) => fullness(rest.points, numbers(points), 'yaw')!);
    return { what, shallowness: shallowness(turning)!, depth: middleDepth(turning)!, full: Math.max(...full) };
  });

  it.each(measured.filter(({ what }) => what === 'a person'))('$what has a head', (one) => {
    expect(one.shallowness).toBeLessThan(DEFAULTS.shallowness);
    expect(one.depth).toBeGreaterThan(DEFAULTS.middleDepth);
    expect(one.full).toBeGreaterThan(DEFAULTS.turnFullness);
  });

  it.each(measured.filter(({ what }) => what !== 'a person'))('$what does not', (one) => {
    expect(one.shallowness > DEFAULTS.shallowness || one.depth < DEFAULTS.middleDepth).toBe(true);
  });

  it('the mask that rests askew keeps its breadth like a head, and is found out all the same', () => {
    const askew = measured.find(({ what }) => what.endsWith('askew'))!;
    expect(askew.full).toBeGreaterThan(DEFAULTS.turnFullness);
    expect(askew.shallowness).toBeGreaterThan(DEFAULTS.shallowness);
  });
});
