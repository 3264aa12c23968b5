import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaceObservation, Observation } from '../../liveness/contract.ts';
import { fivePoints } from '../../models/align.ts';
import { modelsDirectory } from '../../models/build.ts';
import { ModelError } from '../../models/contract.ts';
import { perceptualHash } from '../../models/fingerprint.ts';
import { KEY_VERTICES } from '../../models/keypoints.ts';
import { boxOfMesh } from '../../models/mesh.ts';
import { meshAfresh } from '../../models/people.ts';
import { decodePicture } from '../../models/picture.ts';
import { PORTRAITS, portraitJpeg } from '../../models/portraits.ts';
import { type Eyes, openEyes } from '../models.ts';
import { frame, hashOf, headAt, makeStill, seeing } from '../testing/faces.ts';
import { checkStill, type StillCheck } from './still.ts';

let still: Uint8Array;
let transcript: readonly Observation[];
beforeAll(async () => {
  still = await makeStill();
  const hash = await hashOf(still);
  transcript = [0, 1, 2].map((seq) => frame(seq, 0, hash));
});
const check = (
  jpeg: Uint8Array,
  of: readonly Observation[] = transcript,
  models: Eyes = seeing(),
): Promise<StillCheck> => checkStill(jpeg, 1, of, models);
/** The transcript with its frame 1, the still's, changed. */
const withFrame = (change: (observation: Observation) => Observation) =>
  transcript.map((each) => (each.seq === 1 ? change(each) : each));
const withFace = (change: Partial<FaceObservation>) =>
  withFrame((each) => ({ ...each, face: { ...each.face!, ...change } }));

describe('a still', () => {
  it('of one live person, the one of the transcript, is taken', async () => {
    expect(await check(still)).toEqual({ ok: true });
  });
  it.each([
    ['nobody', { faces: 0 }, 'no-face'],
    ['two people', { faces: 2 }, 'several-faces'],
    ['a picture of somebody', { pad: 0.1 }, 'pad'],
    ['somebody else', { person: 5 }, 'another-face'],
  ])('of %s is refused', async (_, scene, why) => {
    expect(await check(still, transcript, seeing(scene))).toEqual({ ok: false, why });
  });
  it('whose face is doubtful, turned away or beyond the edge is refused', async () => {
    const seen = (scene: Parameters<typeof seeing>[0]) => check(still, transcript, seeing(scene));
    expect(await seen({ score: 0.69 })).toEqual({ ok: false, why: 'doubtful' });
    expect(await seen({ points: headAt({ yaw: 28 }) })).toEqual({ ok: false, why: 'turned' });
    expect(await seen({ points: headAt({ pitch: 30 }) })).toEqual({ ok: false, why: 'turned' });
    expect(await seen({ points: headAt({ centre: { x: 30, y: 120 } }) })).toEqual({ ok: false, why: 'cut-off' });
    expect(await seen({ points: headAt({ distance: 200 }) })).toEqual({ ok: false, why: 'small' });
  });
  it('that is blurred, a PNG or half a JPEG is refused', async () => {
    const blurred = await sharp(still).blur(20).jpeg().toBuffer();
    expect(await check(blurred)).toEqual({ ok: false, why: 'blurred' });
    const unreadable = { ok: false, why: 'unreadable' };
    expect(await check(await sharp(still).png().toBuffer())).toEqual(unreadable);
    expect(await check(still.slice(0, 400))).toEqual(unreadable);
    expect(await check(new Uint8Array())).toEqual(unreadable);
  });
  it('cannot be compared with a transcript that holds no frontal face', async () => {
    const turned = transcript.map((each) => ({
      ...each,
      face: { ...each.face!, pose: { yaw: 30, pitch: 0, roll: 0 } },
    }));
    expect(await check(still, turned)).toEqual({ ok: false, why: 'no-frontal-embedding' });
  });
  it('of another picture than its frame is refused', async () => {
    const [first] = transcript;
    const flipped = first!.hash.replace(/^./, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
    const more = flipped.replace(/.$/, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
    expect(
      await check(
        still,
        withFrame((each) => ({ ...each, hash: flipped })),
      ),
    ).toEqual({ ok: true });
    const refused = (why: string) => ({ ok: false, why });
    expect(
      await check(
        still,
        withFrame((each) => ({ ...each, hash: more })),
      ),
    ).toEqual(refused('another-picture'));
    expect(
      await check(
        still,
        withFrame((each) => ({ ...each, width: 640 })),
      ),
    ).toEqual(refused('another-size'));
    expect(await check(await makeStill())).toEqual(refused('another-picture'));
    const moved = first!.face!.points.map((value) => value + 10);
    expect(await check(still, withFace({ points: moved }))).toEqual(refused('another-place'));
    expect(await check(still, withFace({ points: [] }))).toEqual(refused('another-place'));
    expect(await check(still, withFace({ points: [Number.NaN, ...moved.slice(1)] }))).toEqual(refused('another-place'));
    const half = first!.face!.embedding!.map((value, i) => (i < 2 ? Math.SQRT1_2 : value));
    expect(await check(still, withFace({ embedding: half }))).toEqual(refused('another-embedding'));
  });
  it('of a frame without a face, of no frame or of two is refused', async () => {
    const bare = withFrame(({ face: _, ...each }) => each);
    expect(await check(still, bare)).toEqual({ ok: false, why: 'frame-without-face' });
    const { embedding: _, ...face } = transcript[1]!.face!;
    const unnamed = withFrame((each) => ({ ...each, face }));
    expect(await check(still, unnamed)).toEqual({ ok: false, why: 'frame-without-face' });
    for (const seqs of [[0, 2], [0, 1, 1], []])
      expect(
        await check(
          still,
          seqs.map((seq) => ({ ...transcript[0]!, seq })),
        ),
      ).toEqual({ ok: false, why: 'frame-unknown' });
  });
  it('about which a model says no number is refused', async () => {
    const models = seeing();
    const nothing = async () => Number.NaN;
    expect(await check(still, transcript, { ...models, pad: nothing })).toEqual({ ok: false, why: 'pad' });
    const mesh = async () => ({ points: new Float32Array(468 * 3), presence: Number.NaN });
    expect(await check(still, transcript, { ...models, mesh })).toEqual({ ok: false, why: 'presence' });
    const embed = async () => new Float32Array(512).fill(Number.NaN);
    expect((await check(still, transcript, { ...models, embed })).ok).toBe(false);
    const lost = async () => ({ points: new Float32Array(468 * 3).fill(Number.NaN), presence: 1 });
    expect(await check(still, transcript, { ...models, mesh: lost })).toEqual({ ok: false, why: 'doubtful' });
  });
  it('that the models fail on is neither taken nor refused', async () => {
    const fail = new ModelError('model-failed', 'out of memory');
    await expect(check(still, transcript, seeing({ fail }))).rejects.toBe(fail);
  });
});

const built = existsSync(join(modelsDirectory(), 'embedder-mobilefacenet.onnx'));
const evaluation = join(import.meta.dirname, '../../../shared/eval');
const nuaa = join(evaluation, 'spoof');
const casia = join(evaluation, 'pairs/casia.tsv');

/** What can be said of a face that is not whole. */
const NOT_WHOLE = ['no-face', 'presence', 'doubtful', 'turned', 'cut-off'];

describe.skipIf(!built)(`a still before the real models${built ? '' : ' (they are missing: npm run models)'}`, () => {
  let models: Eyes;
  beforeAll(async () => {
    models = await openEyes(modelsDirectory());
  });
  afterAll(() => models.close());

  async function transcriptOf(jpeg: Uint8Array): Promise<Observation[]> {
    const picture = await decodePicture(jpeg);
    const [found] = await models.detect(picture);
    const mesh = (await meshAfresh(models, picture, found!))!;
    const embedding = [...(await models.embed(picture, fivePoints(mesh)))];
    const points = KEY_VERTICES.flatMap((vertex) => [...mesh.points.subarray(vertex * 3, vertex * 3 + 3)]);
    const { width, height } = picture;
    const face = { ...frame(1).face!, box: boxOfMesh(mesh), points, embedding };
    return [{ ...frame(1, 0, perceptualHash(picture)), width, height, face }];
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
    const [still, other] = [await seen(li), await seen(zhang)];
    expect(await check(still, await transcriptOf(still), models)).toEqual({ ok: true });
    expect(await check(still, await transcriptOf(other), models)).toEqual({ ok: false, why: 'another-face' });
  });
  it('is taken as the kiosk compresses it, refused when it is another picture of the same person', async () => {
    const camera = await seen(await portraitJpeg('li-na'));
    const transcript = await transcriptOf(camera);
    const kiosk = { quality: 92, chromaSubsampling: '4:4:4' };
    const same = await sharp(camera).jpeg(kiosk).toBuffer();
    expect(await check(same, transcript, models)).toEqual({ ok: true });
    const border = { left: 40, right: 0, top: 30, bottom: 0, background: '#778' };
    const shifted = sharp(await sharp(camera).extend(border).toBuffer());
    const moved = await shifted.extract({ left: 0, top: 0, width: 640, height: 480 }).jpeg(kiosk).toBuffer();
    expect((await check(moved, transcript, models)).ok).toBe(false);
  });
  it('of half a face is refused, whichever half: the mesh would complete it', async () => {
    for (const name of Object.keys(PORTRAITS)) {
      const camera = await seen(await portraitJpeg(name));
      const whole = await transcriptOf(camera);
      expect(await check(camera, whole, models)).toEqual({ ok: true });
      const { box } = whole[0]!.face!;
      const middle = Math.round(box.x + box.width / 2);
      for (const half of [
        { left: 0, width: middle },
        { left: middle, width: 640 - middle },
      ]) {
        const jpeg = await sharp(camera)
          .extract({ ...half, top: 0, height: 480 })
          .jpeg({ quality: 92 })
          .toBuffer();
        const refused = await check(jpeg, whole, models);
        expect(NOT_WHOLE, `${name} ${half.left}`).toContain(!refused.ok && refused.why);
      }
    }
  });
  const there = existsSync(nuaa);
  it.skipIf(!there)(`of a printed photo is refused${there ? '' : ' (../shared/eval is missing)'}`, async () => {
    const rows = (await readFile(join(nuaa, 'nuaa.tsv'), 'utf8')).trim().split('\n').slice(1);
    const pick = async (live: string) => {
      const files = rows.map((row) => row.split('\t')).filter((row) => row[1] === live);
      return Promise.all([10, 100, 190].map((i) => readFile(join(nuaa, files[i]![0]!))));
    };
    for (const print of await pick('0'))
      expect(await check(print, await transcriptOf(print), models)).toEqual({ ok: false, why: 'pad' });
    for (const person of await pick('1'))
      expect(await check(person, await transcriptOf(person), models)).toEqual({ ok: true });
  });
  const marked = existsSync(casia);
  it.skipIf(!marked)(`of a truncated face is refused${marked ? '' : ' (../shared/eval is missing)'}`, async () => {
    const rows = (await readFile(casia, 'utf8')).trim().split('\n').slice(1);
    const genuine = rows.map((row) => row.split('\t')).filter(([, , same]) => same === '1');
    const cut = new Set(genuine.flatMap(([a, b]) => [a!, b!]));
    // The table marks pairs; a picture is truncated when each of its pairs is.
    for (const [a, b, , mark] of genuine) if (mark !== '1') for (const file of [a!, b!]) cut.delete(file);
    expect(cut.size).toBe(7);
    for (const file of cut) {
      const jpeg = await sharp(join(evaluation, 'pairs', file))
        .jpeg({ quality: 95 })
        .toBuffer();
      const refused = await check(jpeg, transcript, models);
      expect(NOT_WHOLE, file).toContain(!refused.ok && refused.why);
    }
  });
});
