import { describe, expect, it } from 'vitest';
import { fivePoints } from './align.ts';
import type { Box, Mesh, Point } from './contract.ts';
import { type Examined, faultOf } from './gate.ts';
import { MESH_VERTICES } from './mesh.ts';

/** Where the five points of a face of 100 × 110 pixels lie. */
const PLACES: Readonly<Record<number, Point>> = {
  33: { x: 115, y: 140 },
  133: { x: 140, y: 140 },
  362: { x: 160, y: 140 },
  263: { x: 185, y: 140 },
  4: { x: 150, y: 160 },
  61: { x: 130, y: 185 },
  291: { x: 170, y: 185 },
};
const BOX: Box = { x: 100, y: 100, width: 100, height: 110 };

function meshOf(): Mesh {
  const points = new Float32Array(MESH_VERTICES * 3);
  for (const [vertex, { x, y }] of Object.entries(PLACES)) points.set([x, y, 0], Number(vertex) * 3);
  return { points, presence: 0.99 };
}

function keypointsOf(mesh: Mesh): Point[] {
  const [eye, otherEye, nose, corner, otherCorner] = fivePoints(mesh) as [Point, Point, Point, Point, Point];
  const mouth = { x: (corner.x + otherCorner.x) / 2, y: (corner.y + otherCorner.y) / 2 };
  return [eye, otherEye, nose, mouth, { x: 100, y: 150 }, { x: 200, y: 150 }];
}

const mesh = meshOf();
const GOOD: Examined = {
  detection: { box: BOX, score: 0.95, keypoints: keypointsOf(mesh) },
  mesh,
  box: BOX,
  pose: { yaw: 3, pitch: -8, roll: 2 },
  quality: { sharpness: 80, brightness: 120, surround: 110, inside: 1 },
};

describe('the gate before a comparison', () => {
  it('lets a whole, frontal, sharp face pass', () => {
    expect(faultOf(GOOD)).toBeUndefined();
  });

  it('refuses what detector or mesh is not sure of', () => {
    expect(faultOf({ ...GOOD, detection: { ...GOOD.detection, score: 0.69 } })).toBe('doubtful');
    expect(faultOf({ ...GOOD, mesh: { ...mesh, presence: 0.4 } })).toBe('doubtful');
  });

  it('refuses half a face that the mesh completed: detector and mesh place its features apart', () => {
    const moved = GOOD.detection.keypoints.map((point, i) => (i === 2 ? { x: point.x + 16, y: point.y } : point));
    expect(faultOf({ ...GOOD, detection: { ...GOOD.detection, keypoints: moved } })).toBe('doubtful');
  });

  it('refuses a face that is small, cut off, turned or blurred, and says which', () => {
    expect(faultOf({ ...GOOD, box: { ...BOX, width: 43 } })).toBe('small');
    expect(faultOf({ ...GOOD, quality: { ...GOOD.quality, inside: 0.9 } })).toBe('cut-off');
    expect(faultOf({ ...GOOD, pose: { ...GOOD.pose, yaw: -25 } })).toBe('turned');
    expect(faultOf({ ...GOOD, pose: { ...GOOD.pose, pitch: 25 } })).toBe('turned');
    expect(faultOf({ ...GOOD, quality: { ...GOOD.quality, sharpness: 4 } })).toBe('blurred');
  });

  it('does not let numbers that are none pass', () => {
    const nan = Number.NaN;
    expect(faultOf({ ...GOOD, detection: { ...GOOD.detection, score: nan } })).toBe('doubtful');
    expect(faultOf({ ...GOOD, box: { ...BOX, width: nan } })).toBeDefined();
    expect(faultOf({ ...GOOD, pose: { ...GOOD.pose, yaw: nan } })).toBe('turned');
    expect(faultOf({ ...GOOD, quality: { ...GOOD.quality, inside: nan } })).toBe('cut-off');
    expect(faultOf({ ...GOOD, quality: { ...GOOD.quality, sharpness: nan } })).toBe('blurred');
  });
});
