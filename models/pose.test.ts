import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureModels } from './build.ts';
import { loadCanonicalFace } from './canonical.ts';
import type { Mesh, Pose } from './contract.ts';
import { anglesOf, poseOf, type ReferenceFace, type Rotation } from './pose.ts';

const poses = fc.record({
  yaw: fc.double({ min: -80, max: 80, noNaN: true }),
  pitch: fc.double({ min: -80, max: 80, noNaN: true }),
  roll: fc.double({ min: -170, max: 170, noNaN: true }),
});
const views = fc.record({
  scale: fc.double({ min: 2, max: 60, noNaN: true }),
  x: fc.double({ min: -500, max: 1500, noNaN: true }),
  y: fc.double({ min: -500, max: 1500, noNaN: true }),
});

/** The rotation with these angles: first the roll, then the pitch, last the yaw; y up, z towards the camera. */
function rotationOf(pose: Pose): Rotation {
  const sine = (angle: number) => Math.sin((angle * Math.PI) / 180);
  const cosine = (angle: number) => Math.cos((angle * Math.PI) / 180);
  const [cy, sy, cp, sp] = [cosine(pose.yaw), sine(pose.yaw), cosine(pose.pitch), sine(pose.pitch)];
  const [cr, sr] = [cosine(pose.roll), sine(pose.roll)];
  return [
    ...[cy * cr - sy * sp * sr, cy * sr + sy * sp * cr, -sy * cp],
    ...[-cp * sr, cp * cr, sp],
    ...[sy * cr + cy * sp * sr, sy * sr - cy * sp * cr, cy * cp],
  ] as unknown as Rotation;
}

/** The face turned to a pose and seen from afar: what a perfect mesh network would answer. */
function meshOf(face: ReferenceFace, pose: Pose, view: { scale: number; x: number; y: number }): Mesh {
  const r = rotationOf(pose);
  const points = new Float32Array(face.vertices.length);
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [face.vertices[i]!, face.vertices[i + 1]!, face.vertices[i + 2]!];
    points[i] = view.x + view.scale * (r[0] * x + r[1] * y + r[2] * z);
    points[i + 1] = view.y - view.scale * (r[3] * x + r[4] * y + r[5] * z);
    points[i + 2] = -view.scale * (r[6] * x + r[7] * y + r[8] * z);
  }
  return { points, presence: 1 };
}

function expectClose(found: Pose, wanted: Pose, tolerance: number): void {
  for (const angle of ['yaw', 'pitch', 'roll'] as const)
    expect(Math.abs(found[angle] - wanted[angle]), angle).toBeLessThan(tolerance);
}

describe('the head pose', () => {
  let canonical: ReferenceFace;
  beforeAll(async () => {
    canonical = await loadCanonicalFace(await ensureModels());
  });

  it('comes back from the canonical face turned to any pose, at any place and size', () => {
    fc.assert(
      fc.property(poses, views, (pose, view) =>
        expectClose(poseOf(meshOf(canonical, pose, view), canonical), pose, 0.1),
      ),
    );
  });

  it('hardly changes when every vertex trembles by half a percent of the face', () => {
    const tremble = fc.array(fc.double({ min: -0.08, max: 0.08, noNaN: true }), {
      minLength: 468 * 3,
      maxLength: 468 * 3,
    });
    fc.assert(
      fc.property(tremble, (offsets) => {
        const shaken = { ...canonical, vertices: canonical.vertices.map((number, i) => number + offsets[i]!) };
        const pose = { yaw: 20, pitch: -10, roll: 5 };
        expectClose(poseOf(meshOf(shaken, pose, { scale: 20, x: 300, y: 200 }), canonical), pose, 2);
      }),
      { numRuns: 30 },
    );
  });

  it("calls it yaw > 0 when the nose tip moves to the picture's left, pitch > 0 when it moves up", () => {
    const tip = (pose: Pose) => [...meshOf(canonical, pose, { scale: 20, x: 0, y: 0 }).points.slice(3, 5)];
    const [x, y] = tip({ yaw: 0, pitch: 0, roll: 0 });
    expect(tip({ yaw: 20, pitch: 0, roll: 0 })[0]).toBeLessThan(x! - 10);
    expect(tip({ yaw: 0, pitch: 20, roll: 0 })[1]).toBeLessThan(y! - 10);
  });

  it("calls it roll > 0 when the forehead moves to the picture's right", () => {
    const forehead = (roll: number) =>
      meshOf(canonical, { yaw: 0, pitch: 0, roll }, { scale: 20, x: 0, y: 0 }).points[30]!;
    expect(forehead(20)).toBeGreaterThan(forehead(0) + 10);
  });

  it('is the inverse of building a rotation', () => {
    fc.assert(fc.property(poses, (pose) => expectClose(anglesOf(rotationOf(pose)), pose, 1e-6)));
  });
});
