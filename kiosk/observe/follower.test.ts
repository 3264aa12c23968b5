import { describe, expect, it } from 'vitest';
import type { Box, Detection, FaceModels, Mesh, Picture, Region } from '../../models/contract.ts';
import { createFollower } from './follower.ts';

const PICTURE: Picture = { width: 640, height: 480, data: new Uint8Array(0) };
const box = (x: number, y: number, side: number): Box => ({ x, y, width: side, height: side });

/** A scene that a test changes between pictures; the fake models see exactly it. */
type Scene = {
  /** What the detector finds. */
  detected: readonly Box[];
  /** Where there really is a face. */
  real: readonly Box[];
};

function meshOn(face: Box): Mesh {
  const points = new Float32Array(468 * 3);
  for (let i = 0; i < 468; i++) points.set([face.x + face.width / 2, face.y + face.height / 2, 0], i * 3);
  points.set([face.x, face.y, 0], 33 * 3);
  points.set([face.x + face.width, face.y, 0], 263 * 3);
  points.set([face.x, face.y + face.height, 0], 152 * 3);
  return { points, presence: 1 };
}

function createScene(scene: Scene) {
  const asked = { detections: 0, meshes: 0 };
  const models: FaceModels = {
    async detect() {
      asked.detections++;
      const found = [...scene.detected].sort((a, b) => b.width - a.width);
      return found.map((face): Detection => {
        const eye = { x: face.x, y: face.y };
        return { box: face, score: 0.9, keypoints: [eye, { x: face.x + 10, y: face.y }] };
      });
    },
    async mesh(_picture: Picture, region: Region) {
      asked.meshes++;
      const { x, y } = region.centre;
      const face = scene.real.find(
        (each) => x > each.x && x < each.x + each.width && y > each.y && y < each.y + each.height,
      );
      return face ? meshOn(face) : { points: new Float32Array(468 * 3), presence: 0.01 };
    },
    pad: () => Promise.reject(new Error('not asked for')),
    embed: () => Promise.reject(new Error('not asked for')),
    close: async () => undefined,
  };
  const put = (...faces: readonly Box[]) => {
    scene.detected = faces;
    scene.real = faces;
  };
  put(...scene.real);
  return { models, asked, put, scene };
}

const open = (scene: ReturnType<typeof createScene>, independent = false) => {
  const follower = createFollower(scene.models, { detectEvery: 5, independent });
  return { look: () => follower.follow(PICTURE) };
};
const empty = (): Scene => ({ detected: [], real: [] });

describe('following a face', () => {
  it('detects on every fifth picture only, and keeps its track while the face moves little by little', async () => {
    const scene = createScene(empty());
    const { look } = open(scene);
    for (let i = 0; i < 20; i++) {
      scene.put(box(100 + i * 8, 100, 100));
      const { face, faces } = await look();
      expect(faces).toBe(1);
      expect(face).toMatchObject({ track: 1, box: { x: 100 + i * 8, width: 100 } });
    }
    expect(scene.asked.detections).toBe(4);
  });

  it('says nobody where nobody is, and looks at every picture until somebody comes', async () => {
    const scene = createScene(empty());
    const { look } = open(scene);
    for (let i = 0; i < 3; i++) expect(await look()).toEqual({ faces: 0 });
    expect(scene.asked.detections).toBe(3);
    scene.put(box(100, 100, 100));
    expect((await look()).face?.track).toBe(1);
  });

  it('does not believe a detection in which the mesh finds no face', async () => {
    const scene = createScene(empty());
    scene.scene.detected = [box(10, 10, 200), box(300, 200, 100)];
    scene.scene.real = [box(300, 200, 100)];
    expect(await open(scene).look()).toMatchObject({ faces: 1, face: { box: { x: 300 } } });
    scene.scene.real = [];
    expect(await open(scene).look()).toEqual({ faces: 0 });
  });

  it('gives a new track to a face that was lost, even in the same place', async () => {
    const scene = createScene(empty());
    const { look } = open(scene);
    scene.put(box(100, 100, 100));
    await look();
    scene.put();
    expect(await look()).toEqual({ faces: 0 });
    scene.put(box(100, 100, 100));
    expect((await look()).face?.track).toBe(2);
  });

  it('keeps the track of a face that the detector misses and the mesh still holds', async () => {
    const scene = createScene(empty());
    const { look } = open(scene);
    scene.put(box(100, 100, 100));
    await look();
    scene.scene.detected = [];
    for (let i = 0; i < 12; i++) expect(await look()).toMatchObject({ faces: 1, face: { track: 1 } });
    expect(scene.asked.detections).toBe(3);
  });

  it('follows the nearest of several faces, under a new track when it is another one', async () => {
    const scene = createScene(empty());
    const { look } = open(scene);
    scene.put(box(50, 100, 100));
    await look();
    scene.put(box(50, 100, 100), box(400, 100, 160));
    const seen = [];
    for (let i = 0; i < 5; i++) seen.push(await look());
    expect(seen[0]).toMatchObject({ faces: 1, face: { track: 1 } });
    expect(seen[4]).toMatchObject({ faces: 2, face: { track: 2, box: { x: 400 } } });
  });

  it('notices a second face within five pictures and keeps the count between detections', async () => {
    const scene = createScene(empty());
    const { look } = open(scene);
    scene.put(box(50, 100, 150));
    await look();
    scene.put(box(50, 100, 150), box(400, 100, 100));
    const counts = [];
    for (let i = 0; i < 9; i++) counts.push((await look()).faces);
    expect(counts).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2]);
  });

  it('does not count people far behind or in posters', async () => {
    const scene = createScene(empty());
    scene.put(box(50, 100, 200), box(400, 100, 69), box(500, 300, 40));
    expect((await open(scene).look()).faces).toBe(1);
    scene.put(box(50, 100, 200), box(400, 100, 71), box(500, 300, 40));
    expect((await open(scene).look()).faces).toBe(2);
  });

  it('carries nothing over between independent pictures', async () => {
    const scene = createScene(empty());
    const { look } = open(scene, true);
    scene.put(box(100, 100, 100));
    const tracks = [];
    for (let i = 0; i < 3; i++) tracks.push((await look()).face?.track);
    expect(tracks).toEqual([1, 2, 3]);
    expect(scene.asked.detections).toBe(3);
  });

  it('lets the failure of a model through', async () => {
    const scene = createScene(empty());
    const failing = { ...scene.models, detect: () => Promise.reject(new Error('broken')) };
    const follower = createFollower(failing, { detectEvery: 5, independent: false });
    await expect(follower.follow(PICTURE)).rejects.toThrow('broken');
  });
});
