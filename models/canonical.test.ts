import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureModels } from './build.ts';
import { type CanonicalFace, loadCanonicalFace } from './canonical.ts';

describe('the canonical face', () => {
  let face: CanonicalFace;
  beforeAll(async () => {
    face = await loadCanonicalFace(await ensureModels());
  }, 180_000);

  const vertex = (index: number) => [...face.vertices.subarray(index * 3, index * 3 + 3)] as [number, number, number];

  it('has the size of a head, in centimetres', () => {
    expect(face.vertices).toHaveLength(468 * 3);
    const height = vertex(10)[1] - vertex(152)[1];
    expect(height).toBeGreaterThan(15);
    expect(height).toBeLessThan(20);
  });

  it("looks at the viewer: the nose in front, the person's right eye at the picture's left, the chin below", () => {
    const [nose, rightEye, leftEye, chin] = [1, 33, 263, 152].map(vertex);
    expect(nose![2]).toBeGreaterThan(rightEye![2]);
    expect(rightEye![0]).toBeLessThan(0);
    expect(leftEye![0]).toBeCloseTo(-rightEye![0], 4);
    expect(chin![1]).toBeLessThan(nose![1]);
  });

  it('is a sheet: 898 triangles over all vertices, no edge in more than two of them', () => {
    expect(face.triangles).toHaveLength(898 * 3);
    const edges = new Map<string, number>();
    for (let at = 0; at < face.triangles.length; at += 3) {
      const corners = [...face.triangles.subarray(at, at + 3)];
      for (const [index, from] of corners.entries()) {
        const key = [from, corners[(index + 1) % 3]!].sort((a, b) => a - b).join('-');
        edges.set(key, (edges.get(key) ?? 0) + 1);
      }
    }
    expect(Math.max(...edges.values())).toBe(2);
    expect(Math.max(...face.triangles)).toBe(467);
  });

  it('weighs 33 vertices, symmetrically, and 4 (the nose) among them', () => {
    expect(face.weights).toHaveLength(33);
    expect(face.weights.find((each) => each.index === 4)!.weight).toBeCloseTo(0.0709, 4);
    const of = (index: number) => face.weights.find((each) => each.index === index)!.weight;
    expect(of(33)).toBe(of(263));
  });

  it('is never read from a damaged file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'canonical-'));
    try {
      await expect(loadCanonicalFace(directory)).rejects.toMatchObject({ code: 'model-missing' });
      await writeFile(join(directory, 'canonical-face.json'), '{"vertices":[]}');
      await expect(loadCanonicalFace(directory)).rejects.toMatchObject({ code: 'model-corrupt' });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
