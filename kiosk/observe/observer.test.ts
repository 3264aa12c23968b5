import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../../hardware/contract.ts';
import { ensureModels } from '../../models/build.ts';
import { type CanonicalFace, loadCanonicalFace } from '../../models/canonical.ts';
import type { FaceModels } from '../../models/contract.ts';
import { openModels } from '../../models/index.ts';
import { KEY, KEY_VERTICES } from '../../models/keypoints.ts';
import { createObserver, round } from './observer.ts';

const NOTHING = { pad: false, embedding: false };

describe('the observer', () => {
  let models: FaceModels;
  let canonical: CanonicalFace;
  let jpeg: Buffer;
  beforeAll(async () => {
    const directory = await ensureModels();
    models = await openModels({ directory });
    canonical = await loadCanonicalFace(directory);
    // One person of the picture, as large as at a counter.
    const photo = await readFile(join(directory, 'photos', 'sample2.jpg'));
    const { width = 0, height = 0 } = await sharp(photo).metadata();
    const side = {
      left: Math.round(width * 0.68),
      top: 0,
      width: Math.round(width * 0.3),
      height: Math.round(height * 0.42),
    };
    jpeg = await sharp(photo).extract(side).resize(960).jpeg({ quality: 90 }).toBuffer();
  });
  afterAll(() => models?.close());

  const frame = (seq: number, data: Uint8Array = jpeg): Frame => ({
    seq,
    at: seq * 40.04,
    width: 960,
    height: 600,
    image: { kind: 'jpeg', data },
  });

  it('says where the face is, in pixels of the shrunk picture that it hands on', async () => {
    const { observation, picture } = await createObserver(models, { canonical }).observe(frame(3), NOTHING);
    expect(observation).toMatchObject({ seq: 3, at: 120.1, width: 640, faces: 1 });
    expect([picture.width, picture.height]).toEqual([observation.width, observation.height]);
    const face = observation.face!;
    expect(face.track).toBe(1);
    expect(face.points).toHaveLength(KEY_VERTICES.length * 3);
    const x = (position: number) => face.points[position * 3]!;
    expect(x(KEY.rightEyeOuter)).toBeLessThan(x(KEY.noseTip));
    expect(x(KEY.noseTip)).toBeLessThan(x(KEY.leftEyeOuter));
    expect(face.points[KEY.forehead * 3 + 1]!).toBeLessThan(face.points[KEY.chin * 3 + 1]!);
    expect(face.quality.inside).toBeGreaterThan(0.9);
    expect(face).not.toHaveProperty('pad');
    expect(face).not.toHaveProperty('embedding');
  });

  it('scores PAD and embeds only when asked', async () => {
    const observer = createObserver(models, { canonical });
    const { observation } = await observer.observe(frame(0), { pad: true, embedding: true });
    expect(observation.face!.pad).toBeGreaterThanOrEqual(0);
    expect(observation.face!.embedding).toHaveLength(512);
    expect(Math.hypot(...observation.face!.embedding!)).toBeCloseTo(1, 2);
  });

  it('answers the same for the same frames, and the same again after JSON', async () => {
    const watch = async () => {
      const observer = createObserver(models, { canonical });
      const seen = [];
      for (let seq = 0; seq < 7; seq++)
        seen.push((await observer.observe(frame(seq), { pad: seq === 2, embedding: false })).observation);
      return seen;
    };
    const first = await watch();
    expect(await watch()).toEqual(first);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
    expect(new Set(first.map((each) => each.digest)).size).toBe(1);
  });

  it('takes raw pixels as well as JPEG', async () => {
    const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    const raw: Frame = { ...frame(0), width: info.width, height: info.height, image: { kind: 'rgb', data } };
    const [one, other] = [
      await createObserver(models, { canonical }).observe(raw, NOTHING),
      await createObserver(models, { canonical }).observe(frame(0), NOTHING),
    ];
    expect(one.observation.width).toBe(640);
    expect(Math.abs(one.observation.face!.pose.yaw - other.observation.face!.pose.yaw)).toBeLessThan(2);
  });

  it('refuses a broken frame by code and goes on with the next', async () => {
    const observer = createObserver(models, { canonical });
    const broken = observer.observe(frame(0, Buffer.from('broken')), NOTHING);
    await expect(broken).rejects.toMatchObject({ code: 'picture-unreadable' });
    expect((await observer.observe(frame(1), NOTHING)).observation.faces).toBe(1);
  });

  it('sees nobody in an even picture', async () => {
    const grey: Frame = {
      seq: 0,
      at: 0,
      width: 64,
      height: 48,
      image: { kind: 'rgb', data: new Uint8Array(64 * 48 * 3).fill(90) },
    };
    const { observation } = await createObserver(models, { canonical }).observe(grey, { pad: true, embedding: true });
    expect(observation.faces).toBe(0);
    expect(observation).not.toHaveProperty('face');
  });
});

describe('rounding', () => {
  it('keeps so many digits and knows no minus zero', () => {
    expect(round(12.345, 1)).toBe(12.3);
    expect(Object.is(round(-0.01, 1), 0)).toBe(true);
  });
});
