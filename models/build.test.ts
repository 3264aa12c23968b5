import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildModels, ensureModels, modelsDirectory, verifyModel } from './build.ts';
import type { Download } from './fetch.ts';
import { loadManifest, type Manifest } from './manifest.ts';
import { describeCopy, describeFake, type FakePackage, packFake } from './testing/fake-package.ts';

let root: string;
let directory: string;
let fake: FakePackage;
let manifest: Manifest;
const never: Download = () => Promise.reject(new Error('nothing should be downloaded'));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'build-test-'));
  directory = join(root, 'models');
  fake = await packFake(root, { 'a.onnx': 'weights a', 'b.onnx': 'weights b' });
  manifest = describeFake(fake, [describeCopy('a.onnx', 'weights a'), describeCopy('b.onnx', 'weights b')]);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const build = (download: Download = fake.download) => buildModels({ directory, manifest, download });

describe('building the models', () => {
  it('puts every file in its place, from one download per package, and reports each', async () => {
    const lines: string[] = [];
    let downloads = 0;
    const counting: Download = (source, into) => {
      downloads++;
      return fake.download(source, into);
    };
    const report = await buildModels({ directory, manifest, download: counting, report: (line) => lines.push(line) });
    expect(report).toMatchObject({ directory, built: ['a-onnx', 'b-onnx'], kept: [] });
    expect(await readFile(join(directory, 'out/a.onnx'), 'utf8')).toBe('weights a');
    expect(lines).toEqual(['models: a-onnx … fetched', 'models: b-onnx … fetched']);
    expect(downloads).toBe(1);
  });

  it('downloads nothing when all is there', async () => {
    await build();
    expect(await build(never)).toMatchObject({ built: [], kept: ['a-onnx', 'b-onnx'] });
  });

  it('builds again what is damaged or half written, and only that', async () => {
    await build();
    const before = await stat(join(directory, 'out/b.onnx'));
    await writeFile(join(directory, 'out/a.onnx'), 'weig');
    expect(await build()).toMatchObject({ built: ['a-onnx'], kept: ['b-onnx'] });
    expect(await readFile(join(directory, 'out/a.onnx'), 'utf8')).toBe('weights a');
    expect((await stat(join(directory, 'out/b.onnx'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('is not fooled by what a killed build left, and leaves no unfinished file itself', async () => {
    await mkdir(join(directory, 'out'), { recursive: true });
    await writeFile(join(directory, 'out/a.onnx.1-dead.part'), 'weig');
    await build();
    expect((await readdir(join(directory, 'out'))).sort()).toEqual(['a.onnx', 'a.onnx.1-dead.part', 'b.onnx']);
  });

  it('may run twice at the same time', async () => {
    await Promise.all([build(), build()]);
    expect((await readdir(join(directory, 'out'))).sort()).toEqual(['a.onnx', 'b.onnx']);
  });

  it('refuses an output that is not the pinned one and puts nothing there', async () => {
    const pinned = `${'0'.repeat(63)}1`;
    manifest = describeFake(fake, [{ ...manifest.entries[0]!, sha256: pinned }]);
    await expect(build()).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringContaining(
        `out/a.onnx came out of recipe copy differently: expected sha256 ${pinned}, found `,
      ),
    });
    await expect(readdir(directory)).rejects.toThrow(/ENOENT/);
  });

  it('passes on why a download failed', async () => {
    await expect(build(never)).rejects.toThrow('nothing should be downloaded');
  });
});

describe('a model that is asked for', () => {
  const id = 'a-onnx';
  it('is its path when it is whole', async () => {
    await build();
    expect(await verifyModel(directory, id, manifest)).toBe(join(directory, 'out/a.onnx'));
  });

  it('is an error with the remedy when it is missing', async () => {
    await expect(verifyModel(directory, id, manifest)).rejects.toMatchObject({
      code: 'model-missing',
      message: `${join(directory, 'out/a.onnx')} cannot be read (ENOENT); run \`npm run models\``,
    });
  });

  it('is an error with both hashes and the remedy when it is damaged', async () => {
    await build();
    await writeFile(join(directory, 'out/a.onnx'), 'weights A');
    await expect(verifyModel(directory, id, manifest)).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringMatching(
        /out\/a\.onnx is damaged: expected sha256 [0-9a-f]{64}, found [0-9a-f]{64} \(9 bytes\); run `npm run models`/,
      ),
    });
  });
});

describe("the project's own models", () => {
  it('are built, verified, and the second time ready within 0.3 s', { timeout: 180_000 }, async () => {
    const built = await ensureModels();
    expect(built).toBe(modelsDirectory());
    // The best of three: other tests run on the same two cores.
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      const again = await buildModels({ download: never });
      expect(again.kept).toHaveLength(loadManifest().entries.length);
      times.push(again.elapsedMs);
    }
    expect(Math.min(...times)).toBeLessThan(300);
    for (const entry of loadManifest().entries) expect(await verifyModel(built, entry.id)).toContain(entry.file);
  });
});
