import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StageDirection } from '../../hardware/contract.ts';
import { createPerson, createPhotoAttack } from '../../hardware/simulated/subject.ts';
import { fivePoints } from '../../models/align.ts';
import { ensureModels } from '../../models/build.ts';
import { type CanonicalFace, loadCanonicalFace } from '../../models/canonical.ts';
import type { FaceModels, Picture } from '../../models/contract.ts';
import { openModels } from '../../models/index.ts';
import { boxOfMesh, regionOfDetection, regionOfMesh } from '../../models/mesh.ts';
import { decodePicture } from '../../models/picture.ts';
import { PORTRAITS, portraitJpeg } from '../../models/portraits.ts';
import { poseOf } from '../../models/pose.ts';
import { createPortraits } from './portraits.ts';

const names = Object.keys(PORTRAITS);
const form = { width: 640, height: 480, seed: 1, speed: 1, noise: 1.6, distance: 550 };
let directory = '';
let models: FaceModels;
let canonical: CanonicalFace;

beforeAll(async () => {
  directory = await ensureModels();
  [models, canonical] = await Promise.all([openModels({ directory }), loadCanonicalFace(directory)]);
}, 180_000);
afterAll(() => models?.close());

/** What the models say of a picture that shows one face. */
async function read(picture: Picture) {
  const faces = await models.detect(picture);
  expect(faces).toHaveLength(1);
  const first = await models.mesh(picture, regionOfDetection(faces[0]!));
  const mesh = await models.mesh(picture, regionOfMesh(first));
  const embedding = await models.embed(picture, fivePoints(mesh));
  return { pose: poseOf(mesh, canonical), pad: await models.pad(picture, boxOfMesh(mesh)), embedding };
}

const compare = (one: Float32Array, other: Float32Array) => one.reduce((sum, each, i) => sum + each * other[i]!, 0);

/** What the models say of a subject at rest, and two seconds after a direction. */
async function direct(name: string, direction: StageDirection, create = createPerson) {
  const subject = create(await createPortraits({ models, canonical, directory })(name), form);
  const shoot = (at: number) => read({ width: form.width, height: form.height, data: subject.shoot(at) });
  const before = await shoot(0);
  subject.direct(direction, 0);
  const after = await shoot(2000);
  return { before, after, yaw: after.pose.yaw - before.pose.yaw, pitch: after.pose.pitch - before.pose.pitch };
}

describe('a portrait', () => {
  it('is prepared once, and again only after a failure', async () => {
    let calls = 0;
    const failing = {
      detect: async (picture: Picture) => (++calls === 1 ? [] : models.detect(picture)),
      mesh: models.mesh,
    };
    const portraits = createPortraits({ models: failing, canonical, directory });
    await expect(portraits('li-na')).rejects.toMatchObject({ code: 'model-failed' });
    const portrait = await portraits('li-na');
    expect(await portraits('li-na')).toBe(portrait);
    expect(calls).toBe(2);
    expect(portrait.points).toHaveLength(468 * 3);
  });

  it('of a name that is not there is an error that says which are', async () => {
    const portraits = createPortraits({ models, canonical, directory });
    await expect(portraits('nobody')).rejects.toThrow(/zhang-min/);
  });

  it('of one person is not taken for another’s', async () => {
    const faces = await Promise.all(names.map(async (name) => read(await decodePicture(await portraitJpeg(name)))));
    for (const [i, one] of faces.entries()) {
      for (const other of faces.slice(i + 1)) expect(compare(one.embedding, other.embedding)).toBeLessThan(0.35);
    }
  });
});

describe.each(names)('%s before the simulated camera', (name) => {
  it.each([
    ['turn-left', 'yaw', -1, 22, 36],
    ['turn-right', 'yaw', 1, 22, 36],
    ['nod-down', 'pitch', -1, 12, 28],
    ['nod-up', 'pitch', 1, 12, 28],
  ] as const)('is read to %s by the models: %s, sign %i', async (direction, axis, sign, least, most) => {
    const { [axis]: angle, after } = await direct(name, direction);
    expect(angle * sign).toBeGreaterThan(least);
    expect(angle * sign).toBeLessThan(most);
    expect(after.pad).toBeGreaterThan(0.5);
  });

  it('is recognised, is frontal at rest, and passes for bona fide', async () => {
    const known = await read(await decodePicture(await portraitJpeg(name, directory)));
    const { before } = await direct(name, 'look');
    expect(compare(known.embedding, before.embedding)).toBeGreaterThan(0.7);
    expect(Math.abs(before.pose.yaw)).toBeLessThan(11);
    expect(Math.abs(before.pose.pitch)).toBeLessThan(11);
    expect(before.pad).toBeGreaterThan(0.8);
  });

  it('on a photo is recognised, and is found out', async () => {
    const known = await read(await decodePicture(await portraitJpeg(name, directory)));
    const { before, after, yaw } = await direct(name, 'turn-left', createPhotoAttack);
    expect(compare(known.embedding, before.embedding)).toBeGreaterThan(0.7);
    expect(Math.max(before.pad, after.pad)).toBeLessThan(0.3);
    expect(Math.abs(yaw)).toBeLessThan(18);
  });
});
