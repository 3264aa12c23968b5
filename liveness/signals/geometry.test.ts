import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../settings.ts';
import { headVertices, project, sheetVertices, type View } from '../testing/head.ts';
import { seeded } from '../testing/random.ts';
import { noseLead } from './depth-order.ts';
import { fullness } from './fullness.ts';
import { apply, fitHomography, flatten, residual } from './homography.ts';
import { relief } from './planarity.ts';

const FRONT: View = { yaw: 0, pitch: 0, distance: 60, focal: 600, centre: { x: 320, y: 240 } };

const views: fc.Arbitrary<View> = fc.record({
  yaw: fc.oneof(fc.double({ min: 18, max: 40, noNaN: true }), fc.double({ min: -40, max: -18, noNaN: true })),
  pitch: fc.double({ min: -10, max: 10, noNaN: true }),
  distance: fc.double({ min: 35, max: 100, noNaN: true }),
  focal: fc.constant(600),
  centre: fc.record({
    x: fc.double({ min: 200, max: 440, noNaN: true }),
    y: fc.double({ min: 150, max: 330, noNaN: true }),
  }),
});

function seen(vertices: ReturnType<typeof headVertices>, view: View, noise = 0, seed = 1): number[] {
  const random = seeded(seed);
  return flatten(project(vertices, view)).map((value) => value + noise * random.normal());
}

describe('a homography', () => {
  it('takes any view of a sheet exactly to any other', () => {
    fc.assert(
      fc.property(views, views, (one, other) => {
        const [from, to] = [seen(sheetVertices(), one), seen(sheetVertices(), other)];
        expect(residual(fitHomography(from, to)!, from, to)).toBeLessThan(1e-6);
      }),
    );
  });

  it('applies to a single point as to the list', () => {
    const [from, to] = [seen(sheetVertices(), FRONT), seen(sheetVertices(), { ...FRONT, yaw: 25 })];
    const [x, y] = apply(fitHomography(from, to)!, from[10]!, from[11]!);
    expect(x).toBeCloseTo(to[10]!, 6);
    expect(y).toBeCloseTo(to[11]!, 6);
  });

  it('is not to be had from too few points, points on a line or points that are no numbers', () => {
    expect(fitHomography([0, 0, 1, 1, 2, 0], [0, 0, 1, 1, 2, 0])).toBeUndefined();
    const line = Array.from({ length: 20 }, (_, index) => index >> 1);
    expect(fitHomography(line, line)).toBeUndefined();
    expect(fitHomography(new Array(20).fill(Number.NaN), line)).toBeUndefined();
    expect(fitHomography(new Array(20).fill(5), line)).toBeUndefined();
  });
});

describe('relief', () => {
  it('of a head is more than twice the bar, at every angle, distance and place', () => {
    fc.assert(
      fc.property(views, (view) => {
        const value = relief(
          seen(headVertices(), { ...FRONT, distance: view.distance }),
          seen(headVertices(), view),
          view.yaw,
        )!;
        expect(value).toBeGreaterThan(1.6 * DEFAULTS.turnRelief);
      }),
    );
  });

  it('of a sheet is nothing, and stays below the bar when the mesh trembles by half a pixel', () => {
    fc.assert(
      fc.property(views, fc.nat(1000), (view, seed) => {
        const near = { ...view, distance: Math.min(70, view.distance) };
        const neutral = seen(sheetVertices(), { ...FRONT, distance: near.distance });
        expect(relief(neutral, seen(sheetVertices(), near), near.yaw)).toBeLessThan(1e-6);
        expect(relief(neutral, seen(sheetVertices(), near, 0.5, seed), near.yaw)).toBeLessThan(DEFAULTS.turnRelief);
      }),
    );
  });

  it('of a sheet bent by 2 cm stays below the bar', () => {
    fc.assert(
      fc.property(views, (view) => {
        const neutral = seen(sheetVertices(2), { ...FRONT, distance: view.distance });
        expect(relief(neutral, seen(sheetVertices(2), view), view.yaw)).toBeLessThan(DEFAULTS.turnRelief);
      }),
    );
  });

  it('of a nodding head is above its bar', () => {
    for (const pitch of [-25, -18, 18, 25]) {
      const value = relief(seen(headVertices(), FRONT), seen(headVertices(), { ...FRONT, pitch }), pitch)!;
      expect(value).toBeGreaterThan(2 * DEFAULTS.nodRelief);
    }
  });

  it('is not measured where nothing turned or there is no face', () => {
    const points = seen(headVertices(), FRONT);
    expect(relief(points, points, 3)).toBeUndefined();
    expect(relief(points, points, Number.NaN)).toBeUndefined();
    expect(
      relief(
        points.map(() => 0),
        points,
        20,
      ),
    ).toBeUndefined();
  });
});

describe('the lead of the nose', () => {
  it('is about the height of the nose, whichever way the head turns', () => {
    fc.assert(
      fc.property(views, (view) => {
        const value = noseLead(
          seen(headVertices(), { ...FRONT, distance: view.distance }),
          seen(headVertices(), view),
          view.yaw,
        )!;
        expect(value).toBeGreaterThan(1.5 * DEFAULTS.noseLead);
        expect(value).toBeLessThan(1);
      }),
    );
  });

  it('is nothing on a sheet, and little on a bent one', () => {
    fc.assert(
      fc.property(views, (view) => {
        const lead = (bend: number) =>
          noseLead(seen(sheetVertices(bend), FRONT), seen(sheetVertices(bend), view), view.yaw)!;
        expect(Math.abs(lead(0))).toBeLessThan(1e-6);
        expect(Math.abs(lead(4))).toBeLessThan(DEFAULTS.noseLead);
      }),
    );
  });

  it('is negative on a hollow face', () => {
    const hollow = headVertices().map(([x, y, z]) => [x, y, 12 - z] as const);
    expect(noseLead(seen(hollow, FRONT), seen(hollow, { ...FRONT, yaw: 25 }), 25)).toBeLessThan(0);
  });
});

describe('fullness', () => {
  const full = (vertices: ReturnType<typeof headVertices>, view: View, axis: 'yaw' | 'pitch' = 'yaw') =>
    fullness(project(vertices, { ...FRONT, distance: view.distance }), project(vertices, view), axis)!;

  it('of a head that turns is about 1', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(full(headVertices(), view)).toBeGreaterThan(DEFAULTS.turnFullness);
        expect(full(headVertices(), view)).toBeLessThan(1.3);
      }),
    );
  });

  it('of a sheet that is tilted is the cosine of the tilt', () => {
    fc.assert(
      fc.property(views, (view) => {
        const far = { ...view, distance: 2000, pitch: 0 };
        expect(full(sheetVertices(), far)).toBeCloseTo(Math.cos((view.yaw * Math.PI) / 180), 2);
      }),
    );
  });

  it('of a nodding head is about 1, of a nodding sheet its cosine', () => {
    for (const pitch of [-25, 25]) {
      expect(full(headVertices(), { ...FRONT, pitch }, 'pitch')).toBeGreaterThan(DEFAULTS.nodFullness);
      expect(full(sheetVertices(), { ...FRONT, pitch, distance: 2000 }, 'pitch')).toBeCloseTo(0.906, 2);
    }
  });

  it('is not measured where there are no points, or all of them are one', () => {
    expect(fullness([], [], 'yaw')).toBeUndefined();
    expect(fullness([1, 2, 3], [1, 2, 3], 'yaw')).toBeUndefined();
    const one = new Array(30).fill(7);
    expect(fullness(one, one, 'yaw')).toBeUndefined();
  });

  it('betrays a sheet on which the mesh has drawn a head that moves like one', () => {
    // What the network does with a bent photo: the depth of a head, the parallax of 19°, the breadth of a 35° tilt.
    const neutral = project(headVertices(), FRONT);
    const turned = project(headVertices(), { ...FRONT, yaw: 19 });
    const narrow = turned.map((value, index) => (index % 3 === 0 ? 320 + ((value - 320) * 0.82) / 0.945 : value));
    expect(relief(flatten(neutral), flatten(narrow), 19)).toBeGreaterThan(DEFAULTS.turnRelief);
    expect(fullness(neutral, turned, 'yaw')).toBeGreaterThan(DEFAULTS.turnFullness);
    expect(fullness(neutral, narrow, 'yaw')).toBeLessThan(DEFAULTS.turnFullness);
  });
});
