import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fivePoints } from './align.ts';
import { ensureModels } from './build.ts';
import { type CanonicalFace, loadCanonicalFace } from './canonical.ts';
import type { FaceModels, Mesh, Picture } from './contract.ts';
import { compareEmbeddings } from './embed.ts';
import { openModels } from './index.ts';
import { boxOfMesh, regionOfDetection, regionOfMesh } from './mesh.ts';
import { decodePicture } from './picture.ts';
import { poseOf } from './pose.ts';

const EVAL = join(import.meta.dirname, '..', '..', 'shared', 'eval');
const missing = existsSync(join(EVAL, 'README.md')) ? '' : ' (../shared/eval is not on this machine)';

function readTable(path: string): string[][] {
  const lines = readFileSync(join(EVAL, path), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.split('\t'));
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [a, b] = [mean(one), mean(other)];
  const spread = (numbers: readonly number[], middle: number) =>
    Math.hypot(...numbers.map((number) => number - middle));
  const shared = one.reduce((sum, number, i) => sum + (number - a) * (other[i]! - b), 0);
  return shared / (spread(one, a) * spread(other, b));
}

describe.skipIf(missing)(`the models on real faces${missing}`, { timeout: 120_000 }, () => {
  let models: FaceModels;
  let canonical: CanonicalFace;
  beforeAll(async () => {
    const directory = await ensureModels();
    models = await openModels({ directory });
    canonical = await loadCanonicalFace(directory);
  });
  afterAll(() => models?.close());

  const look = async (path: string): Promise<{ picture: Picture; mesh: Mesh } | undefined> => {
    const picture = await decodePicture(readFileSync(join(EVAL, path)), 640);
    const detection = (await models.detect(picture))[0];
    if (!detection) return undefined;
    const rough = await models.mesh(picture, regionOfDetection(detection));
    return { picture, mesh: await models.mesh(picture, regionOfMesh(rough)) };
  };

  it('read the head pose, with the right signs', async () => {
    const seen: { pan: number; tilt: number; yaw: number; pitch: number }[] = [];
    const wanted = readTable('headpose/poses.tsv').filter(
      ([, , tilt, pan]) => Math.abs(Number(pan)) <= 45 && Math.abs(Number(tilt)) <= 30,
    );
    for (const [file, , tilt, pan] of wanted) {
      const found = await look(`headpose/${file}`);
      if (found) seen.push({ pan: Number(pan), tilt: Number(tilt), ...poseOf(found.mesh, canonical) });
    }
    expect(wanted.length).toBeGreaterThan(100);
    expect(seen.length).toBe(wanted.length);
    const yaw = correlation(
      seen.map((each) => each.pan),
      seen.map((each) => each.yaw),
    );
    const pitch = correlation(
      seen.map((each) => each.tilt),
      seen.map((each) => each.pitch),
    );
    // Labels come in steps of 15°; these are what was measured, less a little.
    expect(yaw).toBeGreaterThan(0.97);
    expect(pitch).toBeGreaterThan(0.86);
  });

  it('tell people apart: at most 1 % equal errors on Chinese faces', async () => {
    const pairs = readTable('pairs/casia.tsv').filter(([, , , truncated]) => truncated !== '1');
    const embeddings = new Map<string, Float32Array>();
    const files = new Set(pairs.flatMap(([a, b]) => [a!, b!]));
    for (const file of files) {
      const found = await look(`pairs/${file}`);
      if (found) embeddings.set(file, await models.embed(found.picture, fivePoints(found.mesh)));
    }
    expect(embeddings.size).toBeGreaterThan(0.95 * files.size);
    const scores = pairs.flatMap(([a, b, same]) => {
      const [one, other] = [embeddings.get(a!), embeddings.get(b!)];
      return one && other ? [{ same: same === '1', score: compareEmbeddings(one, other) }] : [];
    });
    const share = (same: boolean, wrong: (score: number) => boolean) => {
      const those = scores.filter((each) => each.same === same);
      return those.filter((each) => wrong(each.score)).length / those.length;
    };
    const errors = scores.map(({ score }) =>
      Math.max(
        share(true, (each) => each < score),
        share(false, (each) => each >= score),
      ),
    );
    expect(Math.min(...errors)).toBeLessThan(0.01);
  });

  it('tell live people from printed photographs', async () => {
    const table = readTable('spoof/nuaa.tsv').filter((_, i) => i % 10 === 0);
    const scores: { live: boolean; score: number }[] = [];
    for (const [file, live] of table) {
      const found = await look(`spoof/${file}`);
      if (found) scores.push({ live: live === '1', score: await models.pad(found.picture, boxOfMesh(found.mesh)) });
    }
    expect(scores.filter((each) => each.live).length).toBeGreaterThan(10);
    expect(scores.filter((each) => !each.live).length).toBeGreaterThan(10);
    const wrong = scores.filter((each) => each.live !== each.score >= 0.5);
    expect(wrong.length / scores.length).toBeLessThan(0.05);
  });
});
