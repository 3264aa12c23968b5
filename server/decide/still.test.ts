import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation } from '../../liveness/contract.ts';
import { fivePoints } from '../../models/align.ts';
import { modelsDirectory } from '../../models/build.ts';
import { type FaceModels, ModelError } from '../../models/contract.ts';
import { openModels } from '../../models/index.ts';
import { regionOfDetection } from '../../models/mesh.ts';
import { decodePicture } from '../../models/picture.ts';
import { portraitJpeg } from '../../models/portraits.ts';
import { frame, makeStill, seeing } from '../testing/faces.ts';
import { checkStill } from './still.ts';

const transcript = [0, 1, 2].map((seq) => frame(seq));
let still: Uint8Array;
beforeAll(async () => {
  still = await makeStill();
});

describe('a still', () => {
  it('of one live person, the one of the transcript, is taken', async () => {
    expect(await checkStill(still, transcript, seeing())).toEqual({ ok: true });
  });
  it.each([
    ['nobody', { faces: 0 }, 'no-face'],
    ['two people', { faces: 2 }, 'several-faces'],
    ['a picture of somebody', { pad: 0.1 }, 'pad'],
    ['somebody else', { person: 5 }, 'another-face'],
  ])('of %s is refused', async (_, scene, why) => {
    expect(await checkStill(still, transcript, seeing(scene))).toEqual({ ok: false, why });
  });
  it('that is blurred, a PNG or half a JPEG is refused', async () => {
    const blurred = await sharp(still).blur(20).jpeg().toBuffer();
    expect(await checkStill(blurred, transcript, seeing())).toEqual({ ok: false, why: 'blurred' });
    const unreadable = { ok: false, why: 'unreadable' };
    expect(await checkStill(await sharp(still).png().toBuffer(), transcript, seeing())).toEqual(unreadable);
    expect(await checkStill(still.slice(0, 400), transcript, seeing())).toEqual(unreadable);
    expect(await checkStill(new Uint8Array(), transcript, seeing())).toEqual(unreadable);
  });
  it('cannot be compared with a transcript that holds no frontal face', async () => {
    const turned = transcript.map((each) => ({
      ...each,
      face: { ...each.face!, pose: { yaw: 30, pitch: 0, roll: 0 } },
    }));
    expect(await checkStill(still, turned, seeing())).toEqual({ ok: false, why: 'no-frontal-embedding' });
  });
  it('that the models fail on is neither taken nor refused', async () => {
    const fail = new ModelError('model-failed', 'out of memory');
    await expect(checkStill(still, transcript, seeing({ fail }))).rejects.toBe(fail);
  });
});

const built = existsSync(join(modelsDirectory(), 'embedder-mobilefacenet.onnx'));
const nuaa = join(import.meta.dirname, '../../../shared/eval/spoof');

describe.skipIf(!built)(`a still before the real models${built ? '' : ' (they are missing: npm run models)'}`, () => {
  let models: FaceModels;
  beforeAll(async () => {
    models = await openModels({ directory: modelsDirectory() });
  });
  afterAll(() => models.close());

  async function transcriptOf(jpeg: Uint8Array): Promise<Observation[]> {
    const picture = await decodePicture(jpeg);
    const [face] = await models.detect(picture);
    const mesh = await models.mesh(picture, regionOfDetection(face!));
    const embedding = [...(await models.embed(picture, fivePoints(mesh)))];
    return [{ ...frame(0), face: { ...frame(0).face!, embedding } }];
  }
  /** As a camera would see the portrait: smaller, in a larger picture, compressed. */
  const seen = async (jpeg: Uint8Array) => {
    const small = await sharp(jpeg).resize({ height: 300 }).toBuffer();
    const scene = { create: { width: 640, height: 480, channels: 3 as const, background: '#778' } };
    return sharp(scene)
      .composite([{ input: small }])
      .jpeg({ quality: 85 })
      .toBuffer();
  };

  it('is taken with the transcript of the same person, refused with that of another', async () => {
    const [zhang, li] = [await portraitJpeg('zhang-min'), await portraitJpeg('li-na')];
    expect(await checkStill(await seen(li), await transcriptOf(li), models)).toEqual({ ok: true });
    expect(await checkStill(await seen(li), await transcriptOf(zhang), models)).toEqual({
      ok: false,
      why: 'another-face',
    });
  });
  const there = existsSync(nuaa);
  it.skipIf(!there)(`of a printed photo is refused${there ? '' : ' (../shared/eval is missing)'}`, async () => {
    const rows = (await readFile(join(nuaa, 'nuaa.tsv'), 'utf8')).trim().split('\n').slice(1);
    const pick = async (live: string) => {
      const files = rows.map((row) => row.split('\t')).filter((row) => row[1] === live);
      return Promise.all([10, 100, 190].map((i) => readFile(join(nuaa, files[i]![0]!))));
    };
    for (const print of await pick('0'))
      expect(await checkStill(print, await transcriptOf(print), models)).toEqual({ ok: false, why: 'pad' });
    for (const person of await pick('1'))
      expect(await checkStill(person, await transcriptOf(person), models)).toEqual({ ok: true });
  });
});
