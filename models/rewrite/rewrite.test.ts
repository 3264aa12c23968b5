import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureModels, verifyModel } from '../build.ts';
import { decodeOnnx, encodeOnnx, type ModelProto, type NodeProto, type TensorProto } from '../convert/onnx-schema.ts';
import { speedUp } from './index.ts';

const IDS = ['blazeface-front', 'facemesh', 'pad-minifasnet', 'embedder-mobilefacenet'] as const;
let directory: string;
beforeAll(async () => {
  directory = await ensureModels();
}, 180_000);

/** The same picture for a network that takes it in planes. */
function inPlanes(pixels: Float32Array, [, channels = 0]: readonly number[]): Float32Array {
  const area = pixels.length / channels;
  return Float32Array.from(pixels, (_, i) => pixels[(i % area) * channels + Math.floor(i / area)]!);
}

/** All results for a picture that a seed makes, smooth as pictures are. */
async function results(model: Uint8Array, seed: number): Promise<Map<string, Float32Array>> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const input = session.inputMetadata[0]!;
  const shape = input.isTensor ? input.shape.map(Number) : [];
  const data = new Float32Array(shape.reduce((product, side) => product * side));
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(i * 0.013 * (seed + 1)) * Math.cos(i * 0.0007 + seed);
  const given = shape.at(-1) === 3 ? data : inPlanes(data, shape);
  const answer = await session.run({ [input.name]: new Tensor('float32', given, shape) });
  await session.release();
  return new Map(Object.entries(answer).map(([name, value]) => [name, value.data as Float32Array]));
}

function expectAlike(found: Map<string, Float32Array>, wanted: Map<string, Float32Array>): void {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [name, numbers] of wanted) {
    // The flag is a sigmoid, which the runtime rounds as a number near one, be it ever so small.
    const size = Math.max(
      name === 'output_faceflag' ? 1 : 1e-3,
      numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0),
    );
    const other = found.get(name)!;
    expect(other.length).toBe(numbers.length);
    const worst = numbers.reduce((most, number, i) => Math.max(most, Math.abs(other[i]! - number)), 0);
    expect(worst / size, name).toBeLessThan(1e-5);
  }
}

describe('a network rewritten for speed', () => {
  it.each(IDS)('%s gives the numbers that it gave before, to rounding', async (id) => {
    const model = await readFile(await verifyModel(directory, id));
    for (const seed of [1, 2]) expectAlike(await results(speedUp(model), seed), await results(model, seed));
  });

  it.each(IDS)('%s holds no PRelu any more', async (id) => {
    const rewritten = decodeOnnx(Buffer.from(speedUp(await readFile(await verifyModel(directory, id)))));
    expect(rewritten.graph.node.length).toBeGreaterThan(50);
    expect(rewritten.graph.node.filter(({ op_type }) => op_type === 'PRelu')).toEqual([]);
  });

  it('is the same for slopes of every kind and any number of channels', async () => {
    const slopes = fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(slopes, fc.nat(50), async (slope, seed) => {
        const model = tinyNetwork(slope);
        expectAlike(await results(speedUp(model), seed), await results(model, seed));
      }),
      { numRuns: 25 },
    );
  });

  it('computes less where a result is not wanted, and the others as before', async () => {
    const model = await readFile(await verifyModel(directory, 'facemesh'));
    const less = speedUp(model, ['output_contours']);
    const wanted = await results(model, 3);
    wanted.delete('output_contours');
    expectAlike(await results(less, 3), wanted);
    const nodes = (bytes: Uint8Array) => decodeOnnx(Buffer.from(bytes)).graph.node.length;
    expect(nodes(less)).toBeLessThan(nodes(speedUp(model)));
  });

  it.each(IDS)('%s takes its picture in planes, and stays in the blocked layout', async (id) => {
    const { graph } = decodeOnnx(Buffer.from(speedUp(await readFile(await verifyModel(directory, id)))));
    const sides = graph.input[0]!.type.tensor_type.shape.dim.map((dim) => Number(dim.dim_value));
    expect(sides.slice(0, 2)).toEqual([1, 3]);
    expect(
      graph.node.filter(({ op_type, input }) => op_type === 'Transpose' && input[0] === graph.input[0]!.name),
    ).toEqual([]);
    // Channels are added by convolutions only.
    expect(graph.node.filter(({ op_type }) => op_type === 'Pad' || op_type === 'ConstantOfShape')).toEqual([]);
  });

  it('is refused when it is no network', () => {
    expect(() => speedUp(Buffer.from('no network at all'))).toThrow();
  });
});

/** Convolution, PRelu, channel-wise convolution, PRelu, sum with the first, convolution. */
function tinyNetwork(slope: readonly number[]): Buffer {
  const count = slope.length;
  const noise = (length: number, seed: number) => Array.from({ length }, (_, i) => Math.sin(i * 12.9 + seed) / 2);
  const tensor = (name: string, dims: number[], values: readonly number[]): TensorProto => {
    return { name, dims, data_type: 1, float_data: values };
  };
  const node = (op_type: string, input: string[], output: string, group = 1): NodeProto => ({
    name: output,
    op_type,
    input,
    output: [output],
    attribute: op_type === 'Conv' ? [{ name: 'group', type: 2, i: group }] : [],
  });
  const picture = (name: string, channels: number) => ({
    name,
    type: { tensor_type: { elem_type: 1, shape: { dim: [1, channels, 6, 5].map((dim_value) => ({ dim_value })) } } },
  });
  const model: ModelProto = {
    ir_version: 8,
    producer_name: 'test',
    opset_import: [{ domain: '', version: 13 }],
    graph: {
      name: 'tiny',
      input: [picture('in', 3)],
      output: [picture('out', 2)],
      initializer: [
        tensor('w1', [count, 3, 1, 1], noise(count * 3, 1)),
        tensor('b1', [count], noise(count, 2)),
        tensor('slope', [count, 1, 1], slope),
        tensor('w2', [count, 1, 1, 1], noise(count, 3)),
        tensor('w3', [2, count, 1, 1], noise(count * 2, 4)),
      ],
      node: [
        node('Conv', ['in', 'w1', 'b1'], 'a'),
        node('PRelu', ['a', 'slope'], 'b'),
        node('Conv', ['b', 'w2'], 'c', count),
        node('PRelu', ['c', 'slope'], 'd'),
        node('Add', ['a', 'd'], 'e'),
        node('Conv', ['e', 'w3'], 'out'),
      ],
    },
  };
  return encodeOnnx(model);
}
