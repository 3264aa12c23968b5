import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../settings.ts';
import { perform } from '../testing/person.ts';
import { planOf } from '../testing/plans.ts';
import { addScore, isEnough, meanScore, NO_SCORES } from './pad.ts';
import { NO_MOVEMENT, observeMovement } from './plausibility.ts';
import { EMPTY, judgePresence, observePresence } from './presence.ts';
import { stillScore } from './still.ts';

const FRAME = perform(planOf('turn-left')).observations[3]!;
const FACE = FRAME.face!;

describe('PAD scores', () => {
  it('are averaged, and enough from five on', () => {
    const scores = [0.2, 0.4, 0.6, 0.8, 1].reduce(addScore, NO_SCORES);
    expect(meanScore(scores)).toBeCloseTo(0.6);
    expect(isEnough(scores, DEFAULTS)).toBe(true);
    expect(isEnough({ sum: 4, count: 4 }, DEFAULTS)).toBe(false);
  });

  it('that are no scores count as none', () => {
    for (const junk of [undefined, Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY]) {
      expect(addScore(NO_SCORES, junk)).toBe(NO_SCORES);
    }
  });
});

describe('presence', () => {
  const frame = (at: number, faces: number) => ({ ...FRAME, at, faces });
  const run = (counts: readonly number[], step: number) =>
    counts.reduce(
      (presence, faces, index) => observePresence(presence, frame(index * step, faces), step, DEFAULTS),
      EMPTY,
    );

  it('names a second face after 600 ms and four frames', () => {
    expect(judgePresence(run([2, 2, 2, 2, 2, 2, 2], 100), DEFAULTS)).toBeUndefined();
    expect(judgePresence(run([2, 2, 2, 2, 2, 2, 2, 2], 100), DEFAULTS)).toBe('two-faces');
    expect(judgePresence(run([2, 2, 2], 700), DEFAULTS)).toBeUndefined();
    expect(judgePresence(run([2, 2, 2, 2], 700), DEFAULTS)).toBe('two-faces');
  });

  it('is not fooled by a second face that the detector misses now and then', () => {
    expect(judgePresence(run([2, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2, 1, 2, 2, 2, 2], 100), DEFAULTS)).toBe('two-faces');
  });
});

describe('movement', () => {
  const turn = (degrees: number, milliseconds: number, track = 1) => {
    const first = observeMovement(NO_MOVEMENT, { at: 0, track: 1, pose: FACE.pose }, DEFAULTS);
    const pose = { ...FACE.pose, yaw: FACE.pose.yaw + degrees };
    return observeMovement(first, { at: milliseconds, track, pose }, DEFAULTS).jumps;
  };

  it('counts what no neck can do, not what one can, nor the tremble of the mesh, nor a new track', () => {
    expect(turn(40, 66)).toBe(1);
    expect(turn(20, 66)).toBe(0);
    expect(turn(5, 1)).toBe(0);
    expect(turn(40, 66, 2)).toBe(0);
  });
});

describe('the score of a still', () => {
  const score = (face: Partial<typeof FACE>) => stillScore(FRAME, { ...FACE, ...face }, FACE.pose, DEFAULTS);
  const pose = (yaw: number, pitch: number) => ({ pose: { yaw, pitch, roll: 0 } });

  it('is higher the more frontal, the sharper and the better lit', () => {
    expect(score(pose(0, -3))).toBeGreaterThan(score(pose(8, -3)));
    expect(score(pose(0, FACE.pose.pitch))).toBeGreaterThan(score(pose(0, FACE.pose.pitch + 8)));
    expect(score({ quality: { ...FACE.quality, sharpness: 300 } })).toBeGreaterThan(score({}));
    expect(score({ quality: { ...FACE.quality, brightness: 50 } })).toBeLessThan(score({}));
  });

  it('is 0 for a face that is turned, cut off or blurred', () => {
    expect(score({})).toBeGreaterThan(0);
    expect(score(pose(13, 0))).toBe(0);
    expect(score(pose(0, 19))).toBe(0);
    expect(score({ quality: { ...FACE.quality, inside: 0.9 } })).toBe(0);
    expect(score({ quality: { ...FACE.quality, sharpness: 9 } })).toBe(0);
    expect(score({ quality: { ...FACE.quality, sharpness: Number.NaN } })).toBe(0);
  });
});
