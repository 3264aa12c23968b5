import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from './contract.ts';
import { angleOf, overlap, squareAround } from './geometry.ts';
import { boxOfMesh, MESH_VERTICES, meshFace, regionOfDetection, regionOfMesh, vertexOf } from './mesh.ts';
import type { Network } from './session.ts';

const BLANK: Picture = { width: 4, height: 4, data: new Uint8Array(48) };

/** A network that answers with the same points whatever it sees. */
function networkThatSays(points: Float32Array, presence: number): Network {
  const outputs = new Map([
    ['points', points],
    ['flag', Float32Array.of(presence)],
  ]);
  return {
    id: 'facemesh',
    shape: [1, 3, 192, 192],
    layout: 'planes',
    width: 192,
    height: 192,
    outputs: ['points', 'flag'],
    run: async () => outputs,
    look: async () => outputs,
    close: async () => undefined,
  };
}

function pointsWith(vertices: Readonly<Record<number, readonly [number, number, number]>>): Float32Array {
  const points = new Float32Array(MESH_VERTICES * 3).fill(96);
  for (const [vertex, point] of Object.entries(vertices)) points.set(point, Number(vertex) * 3);
  return points;
}

describe('the mesh of a face', () => {
  it('is mapped from the rotated region back to the picture', async () => {
    const network = networkThatSays(pointsWith({ 0: [96, 96, 0], 1: [192, 96, 10], 2: [96, 0, -10] }), 0.9);
    const mesh = await meshFace(network, BLANK, { centre: { x: 50, y: 60 }, size: 96, roll: 90 });
    expect(vertexOf(mesh, 0)).toEqual({ x: 50, y: 60 });
    // A quarter turn clockwise: the region's right edge lies at the picture's bottom, its top at the right.
    expect(vertexOf(mesh, 1).x).toBeCloseTo(50);
    expect(vertexOf(mesh, 1).y).toBeCloseTo(108);
    expect(vertexOf(mesh, 2).x).toBeCloseTo(98);
    expect(mesh.points[5]).toBeCloseTo(5);
    expect(mesh.points[8]).toBeCloseTo(-5);
    expect(mesh.presence).toBeCloseTo(0.9);
  });

  it('is refused when the network has other outputs', async () => {
    const network = networkThatSays(new Float32Array(7), 1);
    const region = { centre: { x: 0, y: 0 }, size: 9, roll: 0 };
    await expect(meshFace(network, BLANK, region)).rejects.toMatchObject({ code: 'model-unsupported' });
  });
});

describe('the region for a face', () => {
  it('is half as large again as the box, turned by the line of the eyes', () => {
    const keypoints = [
      { x: 10, y: 10 },
      { x: 20, y: 20 },
    ];
    const region = regionOfDetection({ box: { x: 0, y: 0, width: 40, height: 60 }, score: 1, keypoints });
    expect(region.centre).toEqual({ x: 20, y: 30 });
    expect(region.size).toBe(90);
    expect(region.roll).toBeCloseTo(45);
  });

  it('follows the mesh', () => {
    const points = new Float32Array(MESH_VERTICES * 3).fill(50);
    points.set([30, 40, 0], 33 * 3);
    points.set([70, 40, 0], 263 * 3);
    points.set([50, 80, 0], 152 * 3);
    const mesh = { points, presence: 1 };
    expect(boxOfMesh(mesh)).toEqual({ x: 30, y: 40, width: 40, height: 40 });
    expect(regionOfMesh(mesh)).toEqual({ centre: { x: 50, y: 60 }, size: 60, roll: 0 });
  });
});

describe('boxes', () => {
  const boxes = fc.record({
    x: fc.integer({ min: -50, max: 50 }),
    y: fc.integer({ min: -50, max: 50 }),
    width: fc.integer({ min: 1, max: 60 }),
    height: fc.integer({ min: 1, max: 60 }),
  });

  it('overlap themselves wholly, others the same in both directions, never more than wholly', () => {
    fc.assert(
      fc.property(boxes, boxes, (one, other) => {
        expect(overlap(one, one)).toBe(1);
        expect(overlap(one, other)).toBeCloseTo(overlap(other, one));
        expect(overlap(one, other)).toBeGreaterThanOrEqual(0);
        expect(overlap(one, other)).toBeLessThanOrEqual(1);
      }),
    );
    expect(overlap({ x: 0, y: 0, width: 2, height: 2 }, { x: 1, y: 0, width: 2, height: 2 })).toBeCloseTo(1 / 3);
  });

  it('have a square around their centre, and lines an angle clockwise', () => {
    expect(squareAround({ x: 0, y: 0, width: 10, height: 20 }, 1.5)).toEqual({ centre: { x: 5, y: 10 }, size: 30 });
    expect(angleOf({ x: 0, y: 0 }, { x: 1, y: 1 })).toBeCloseTo(45);
  });
});
