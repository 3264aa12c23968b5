import { copyFile, mkdir, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fivePoints } from './align.ts';
import { ensureModels } from './build.ts';
import { loadCanonicalFace } from './canonical.ts';
import type { FaceModels, Mesh, Picture } from './contract.ts';
import { compareEmbeddings } from './embed.ts';
import { openModels } from './index.ts';
import { boxOfMesh, regionOfDetection, regionOfMesh, vertexOf } from './mesh.ts';
import { decodePicture } from './picture.ts';
import { poseOf } from './pose.ts';

const FILES = ['blazeface-front.onnx', 'facemesh.onnx', 'pad-minifasnet.onnx', 'embedder-mobilefacenet.onnx'];

let directory: string;
beforeAll(async () => {
  directory = await ensureModels();
});

describe('the models on sample photographs', () => {
  let models: FaceModels;
  let three: Picture;
  beforeAll(async () => {
    models = await openModels({ directory });
    three = await decodePicture(await readFile(join(directory, 'photos', 'sample1.jpg')), 640);
  });
  afterAll(() => models.close());

  const meshes = async (picture: Picture): Promise<Mesh[]> => {
    const found: Mesh[] = [];
    for (const detection of await models.detect(picture)) {
      const rough = await models.mesh(picture, regionOfDetection(detection));
      found.push(await models.mesh(picture, regionOfMesh(rough)));
    }
    return found;
  };

  it('find three people in a picture of three, largest first, and none in an even picture', async () => {
    const faces = await models.detect(three);
    expect(faces).toHaveLength(3);
    const areas = faces.map(({ box }) => box.width * box.height);
    expect(areas).toEqual([...areas].sort((a, b) => b - a));
    for (const face of faces) expect(face.keypoints[0]!.x).toBeLessThan(face.keypoints[1]!.x);
    const grey: Picture = { width: 320, height: 240, data: new Uint8Array(320 * 240 * 3).fill(128) };
    expect(await models.detect(grey)).toEqual([]);
  });

  it('place a mesh on each face and none on the background', async () => {
    for (const mesh of await meshes(three)) expect(mesh.presence).toBeGreaterThan(0.95);
    const corner = await models.mesh(three, { centre: { x: 60, y: 40 }, size: 80, roll: 0 });
    expect(corner.presence).toBeLessThan(0.5);
  });

  it('find the same mesh in a picture turned by a quarter', async () => {
    const mesh = (await meshes(three))[0]!;
    const { width, height, data } = three;
    const turned = new Uint8Array(data.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = (y * width + x) * 3;
        turned.set(data.subarray(from, from + 3), (x * height + (height - 1 - y)) * 3);
      }
    const region = regionOfMesh(mesh);
    const { x, y } = region.centre;
    const lying = await models.mesh(
      { width: height, height: width, data: turned },
      { centre: { x: height - y, y: x }, size: region.size, roll: region.roll + 90 },
    );
    for (let vertex = 0; vertex < 468; vertex++) {
      const upright = vertexOf(mesh, vertex);
      expect(Math.abs(vertexOf(lying, vertex).x - (height - upright.y))).toBeLessThan(2);
      expect(Math.abs(vertexOf(lying, vertex).y - upright.x)).toBeLessThan(2);
    }
  });

  it('see that mirrored faces look the other way', async () => {
    const mirrored = new Uint8Array(three.data.length);
    for (let y = 0; y < three.height; y++)
      for (let x = 0; x < three.width; x++) {
        const from = (y * three.width + x) * 3;
        mirrored.set(three.data.subarray(from, from + 3), (y * three.width + three.width - 1 - x) * 3);
      }
    const canonical = await loadCanonicalFace(directory);
    const yaws = async (picture: Picture) =>
      (await meshes(picture)).map((mesh) => poseOf(mesh, canonical).yaw).sort((a, b) => a - b);
    const plain = await yaws(three);
    const mirror = (await yaws({ ...three, data: mirrored })).reverse();
    expect(mirror).toHaveLength(plain.length);
    for (const [i, yaw] of plain.entries()) expect(Math.abs(mirror[i]! + yaw)).toBeLessThan(6);
  });

  it('give embeddings of length 1 that tell people apart and know a person in a smaller picture', async () => {
    const embed = async (picture: Picture, mesh: Mesh) => models.embed(picture, fivePoints(mesh));
    const people = await meshes(three);
    const [one, other] = [await embed(three, people[0]!), await embed(three, people[1]!)];
    expect(one).toHaveLength(512);
    expect(compareEmbeddings(one, one)).toBeCloseTo(1, 4);
    expect(compareEmbeddings(one, other)).toBeLessThan(0.45);
    const large = await decodePicture(await readFile(join(directory, 'photos', 'sample1.jpg')), 900);
    const scale = large.width / three.width;
    const enlarged = { points: people[0]!.points.map((number) => number * scale), presence: 1 };
    expect(compareEmbeddings(one, await embed(large, enlarged))).toBeGreaterThan(0.8);
  });

  it('answer twice the same, also when asked at the same time', async () => {
    const mesh = (await meshes(three))[0]!;
    const five = fivePoints(mesh);
    const [first, second, pad, again] = await Promise.all([
      models.embed(three, five),
      models.embed(three, five),
      models.pad(three, boxOfMesh(mesh)),
      models.pad(three, boxOfMesh(mesh)),
    ]);
    expect(second).toEqual(first);
    expect(again).toBe(pad);
    expect(pad).toBeGreaterThanOrEqual(0);
    expect(pad).toBeLessThanOrEqual(1);
  });

  it('refuse to embed without five finite points', async () => {
    await expect(models.embed(three, [{ x: 1, y: 2 }])).rejects.toMatchObject({ code: 'model-failed' });
    const broken = Array.from({ length: 5 }, () => ({ x: Number.NaN, y: 0 }));
    await expect(models.embed(three, broken)).rejects.toMatchObject({ code: 'model-failed' });
  });
});

describe('opening the models', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'models-'));
    for (const file of FILES) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await copyFile(join(directory, file), join(folder, file));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('fails as a whole when one file is damaged or missing, and names it with the remedy', async () => {
    const path = join(folder, 'embedder-mobilefacenet.onnx');
    await truncate(path, 1000);
    const message = expect.stringMatching(/embedder-mobilefacenet\.onnx.*npm run models/);
    await expect(openModels({ directory: folder })).rejects.toMatchObject({ code: 'model-corrupt', message });
    await rm(path);
    await expect(openModels({ directory: folder })).rejects.toMatchObject({ code: 'model-missing', message });
  });
});
