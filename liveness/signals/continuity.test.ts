import { describe, expect, it } from 'vitest';
import type { Observation } from '../contract.ts';
import { DEFAULTS } from '../settings.ts';
import { NO_PICTURES, observePictures } from './continuity.ts';

/** Runs digests, 100 ms apart, until a reason. */
function run(digests: readonly string[], times = digests.map((_, index) => 100 * index)) {
  let continuity = NO_PICTURES;
  for (const [seq, digest] of digests.entries()) {
    const observation: Observation = { seq, at: times[seq]!, width: 1, height: 1, faces: 0, hash: '0', digest };
    const next = observePictures(continuity, observation, DEFAULTS);
    if (next.reason !== undefined) return { reason: next.reason, after: seq + 1 };
    continuity = next.continuity;
  }
  return { continuity };
}
const fresh = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `d${from + index}`);

describe('continuity', () => {
  it('has nothing against pictures that are all different', () => {
    expect(run(fresh(500))).toMatchObject({
      continuity: { frames: 500, longestSame: 1, longestLoop: 0, longestGap: 100 },
    });
  });

  it('names the fifth picture of the same kind, not the fourth', () => {
    expect(run([...fresh(3), 'x', 'x', 'x', 'x', 'y'])).not.toHaveProperty('reason');
    expect(run([...fresh(3), 'x', 'x', 'x', 'x', 'x'])).toEqual({ reason: 'picture-frozen', after: 8 });
  });

  it('names the fifth picture in an order that was seen before', () => {
    expect(run([...fresh(10), ...fresh(4, 2), ...fresh(10, 20)])).not.toHaveProperty('reason');
    expect(run([...fresh(10), ...fresh(5, 2)])).toEqual({ reason: 'picture-repeats', after: 15 });
  });

  it('sees the loop also when the camera doubles its pictures', () => {
    expect(run([...fresh(10), ...fresh(5, 2).flatMap((one) => [one, one])])).toMatchObject({
      reason: 'picture-repeats',
    });
  });

  it('does not take single pictures that were seen before for a loop', () => {
    expect(run([...fresh(20), ...fresh(20, 20).flatMap((one, index) => [one, `d${index}`])])).not.toHaveProperty(
      'reason',
    );
  });

  it('names time that runs back, is no number, stands still for seconds, or crawls', () => {
    expect(run(fresh(3), [0, 100, 50])).toEqual({ reason: 'time-irregular', after: 3 });
    expect(run(fresh(2), [0, Number.NaN])).toEqual({ reason: 'time-irregular', after: 2 });
    expect(run(fresh(2), [0, 3001])).toEqual({ reason: 'time-irregular', after: 2 });
    expect(
      run(
        fresh(9),
        fresh(9).map((_, index) => 400 * index),
      ),
    ).toEqual({ reason: 'time-irregular', after: 9 });
  });

  it('forgets the oldest pictures rather than grow without end', () => {
    const { continuity } = run(
      fresh(5000),
      fresh(5000).map((_, index) => 10 * index),
    );
    expect(continuity!.digests).toHaveLength(4096);
  });
});
