import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureModels, verifyModel } from './build.ts';
import { type Network, openNetwork, outputOfLength } from './session.ts';

describe('a network', () => {
  let network: Network;
  beforeAll(async () => {
    network = await openNetwork('pad-minifasnet', await verifyModel(await ensureModels(), 'pad-minifasnet'));
  });
  afterAll(() => network.close());

  it('tells its input', () => {
    expect(network).toMatchObject({ layout: 'planes', width: 128, height: 128, shape: [1, 3, 128, 128] });
  });

  it('answers each of many simultaneous callers with the outputs for its own input', async () => {
    const levels = [0, 60, 120, 180, 240];
    const ask = (level: number) => network.run((input) => input.fill(level));
    const alone: number[][] = [];
    for (const level of levels) alone.push([...outputOfLength('pad', await ask(level), 3)]);
    const together = await Promise.all(levels.map(ask));
    expect(together.map((outputs) => [...outputOfLength('pad', outputs, 3)])).toEqual(alone);
    expect(new Set(alone.map(String)).size).toBe(levels.length);
  });

  it('throws instead of handing on a number that is not finite, and works afterwards', async () => {
    await expect(network.run((input) => input.fill(Number.NaN))).rejects.toMatchObject({
      code: 'model-failed',
      message: expect.stringContaining('pad-minifasnet'),
    });
    await expect(network.run((input) => input.fill(1))).resolves.toBeDefined();
  });

  it('passes on the failure of whoever fills the input', async () => {
    const broken = network.run(() => {
      throw new Error('no picture');
    });
    await expect(broken).rejects.toThrow('no picture');
    await expect(network.run((input) => input.fill(1))).resolves.toBeDefined();
  });

  it('must have exactly one output of the length that is asked for', async () => {
    const outputs = await network.run((input) => input.fill(1));
    expect(() => outputOfLength('pad-minifasnet', outputs, 7)).toThrow(/pad-minifasnet.*7 numbers/);
  });
});

describe('a file that is no network', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is called corrupt, by its path', async () => {
    const path = join(folder, 'broken.onnx');
    await writeFile(path, 'not a network');
    await expect(openNetwork('broken', path)).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringContaining(path),
    });
  });
});
