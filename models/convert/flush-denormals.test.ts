import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureModels, verifyModel } from '../build.ts';
import { findEntry, loadManifest } from '../manifest.ts';
import { largestDifference } from '../testing/reference.ts';
import { fetchEntry } from '../testing/sources.ts';
import { flushDenormals } from './flush-denormals.ts';
import { GraphBuilder } from './graph-builder.ts';
import { decodeOnnx } from './onnx-schema.ts';

const weightsOf = (model: Buffer) => {
  const raw = decodeOnnx(model).graph.initializer[0]!.raw_data!;
  return [...new Float32Array(new Uint8Array(raw).buffer)];
};

describe('flushing denormals', () => {
  it('zeroes what is under 1e-30 and changes no other byte', () => {
    const builder = new GraphBuilder();
    const input = builder.addInput('x', [1, 6]);
    const weights = builder.addFloats([6], Float32Array.of(1, -1e-29, 1e-31, -1e-40, 0, 0.25));
    builder.addOutput('y', { ...input, name: builder.add('sum', 'Add', ['x', weights]) });
    const model = builder.finish('test');
    const before = Buffer.from(model);
    const flushed = flushDenormals(model, 'test');
    expect(weightsOf(flushed)).toEqual([1, Math.fround(-1e-29), 0, 0, 0, 0.25]);
    expect(model.equals(before)).toBe(true);
    expect(flushed).toHaveLength(model.length);
    const changed = [...flushed].filter((byte, index) => byte !== model[index]);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((byte) => byte === 0)).toBe(true);
  });
});

describe("the face embedder's output", () => {
  let original: Buffer;
  let flushed: string;
  beforeAll(async () => {
    const entry = findEntry(loadManifest(), 'embedder-mobilefacenet');
    flushed = await verifyModel(await ensureModels(), entry.id);
    original = (await fetchEntry(entry))[0]!;
  }, 180_000);

  it('is the same as with the original weights', { timeout: 60_000 }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'flush-'));
    try {
      const path = join(directory, 'original.onnx');
      await writeFile(path, original);
      const input = Float32Array.from({ length: 3 * 112 * 112 }, (_, index) => Math.sin(index * 0.37));
      const [before, after] = [await embed(path, input), await embed(flushed, input)];
      expect(Math.hypot(...before)).toBeGreaterThan(0.1);
      expect(largestDifference(before, after)).toBeLessThan(1e-6);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

async function embed(path: string, input: Float32Array): Promise<Float32Array> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const results = await session.run({ input: new Tensor('float32', input, [1, 3, 112, 112]) });
  await session.release();
  return results.output!.data as Float32Array;
}
