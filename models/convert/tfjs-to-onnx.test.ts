import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { largestDifference, type Outputs, runTfjs } from '../testing/reference.ts';
import { flag, int, ints, type TinyNode, type TinyWeight, text, texts, writeTinyGraph } from '../testing/tiny-graph.ts';
import { convertTfjsGraph } from './tfjs-to-onnx.ts';

const wave = (length: number, from = 0) =>
  Float32Array.from({ length }, (_, index) => Math.sin(index * 1.7 + from) * 2);
const floats = (...shape: number[]): TinyWeight => ({
  shape,
  data: wave(
    shape.reduce((a, b) => a * b, 1),
    3,
  ),
});
const whole = (...values: number[]): TinyWeight => ({ shape: [values.length], data: Int32Array.from(values) });
const scalar = (value: number): TinyWeight => ({ shape: [], data: Int32Array.of(value) });
const node = (op: string, inputs: readonly string[], attr: TinyNode['attr'] = {}, name = 'y'): TinyNode => ({
  name,
  op,
  input: inputs,
  attr,
});
const one = ints(1, 1, 1, 1);
const two = ints(1, 2, 2, 1);
const same = { strides: one, dilations: one, padding: text('SAME') };
const convolution = (attr: object) => node('Conv2D', ['x', 'w'], { ...same, ...attr });
const fused = (...names: string[]) => ({ ...same, num_args: int(names.length), fused_ops: texts(...names) });
/** Something before an operation that leaves its input N C H W inside the network. */
const relu = node('Relu', ['x'], {}, 'r');
const pooled = node('MaxPool', ['x'], { ksize: two, strides: one, padding: text('SAME') }, 'p');

type Case = readonly [string, readonly number[], Readonly<Record<string, TinyWeight>>, ...TinyNode[]];

const CASES: readonly Case[] = [
  ['Conv2D, SAME', [1, 7, 6, 3], { w: floats(3, 3, 3, 4) }, convolution({})],
  ['Conv2D, SAME, stride 2, odd', [1, 7, 6, 3], { w: floats(3, 3, 3, 4) }, convolution({ strides: two })],
  ['Conv2D, SAME, stride 2, even', [1, 8, 8, 3], { w: floats(5, 3, 3, 4) }, convolution({ strides: two })],
  ['Conv2D, VALID', [1, 7, 6, 3], { w: floats(2, 3, 3, 4) }, convolution({ padding: text('VALID') })],
  ['Conv2D, dilated', [1, 9, 9, 2], { w: floats(3, 3, 2, 2) }, convolution({ dilations: two })],
  [
    'fused convolution, bias, Relu6',
    [1, 5, 5, 3],
    { w: floats(3, 3, 3, 4), b: floats(4) },
    node('_FusedConv2D', ['x', 'w', 'b'], { ...fused('BiasAdd', 'Relu6'), num_args: int(1) }),
  ],
  [
    'fused convolution, bias, Prelu',
    [1, 5, 5, 3],
    { w: floats(3, 3, 3, 4), b: floats(4), s: floats(1, 1, 4) },
    node('_FusedConv2D', ['x', 'w', 'b', 's'], fused('BiasAdd', 'Prelu')),
  ],
  [
    'depthwise, multiplier 2, stride 2',
    [1, 6, 7, 3],
    { w: floats(3, 3, 3, 2) },
    node('DepthwiseConv2dNative', ['x', 'w'], { ...same, strides: two }),
  ],
  [
    'fused depthwise, bias, Relu',
    [1, 6, 7, 3],
    { w: floats(3, 3, 3, 1), b: floats(3) },
    node('FusedDepthwiseConv2dNative', ['x', 'w', 'b'], { ...fused('BiasAdd', 'Relu'), num_args: int(1) }),
  ],
  ['MaxPool, SAME, odd', [1, 5, 7, 2], {}, node('MaxPool', ['x'], { ksize: two, strides: two, padding: text('SAME') })],
  ['AvgPool, SAME, odd', [1, 5, 7, 2], {}, node('AvgPool', ['x'], { ksize: two, strides: two, padding: text('SAME') })],
  [
    'Relu, Neg, Mul, Add as a Prelu',
    [1, 4, 5, 3],
    { s: floats(3) },
    pooled,
    node('Relu', ['p'], {}, 'positive'),
    node('Neg', ['p'], {}, 'negated'),
    node('Relu', ['negated'], {}, 'negative'),
    node('Mul', ['negative', 's'], {}, 'scaled'),
    node('AddV2', ['positive', 'scaled']),
  ],
  ['Prelu over one channel', [1, 4, 5, 3], { s: floats(1, 1, 3) }, pooled, node('Prelu', ['p', 's'])],
  ['Prelu over all places', [1, 4, 5, 3], { s: floats(4, 5, 3) }, pooled, node('Prelu', ['p', 's'])],
  ['Relu6', [1, 4, 5, 3], {}, node('Relu6', ['x'])],
  ['Sigmoid', [1, 4, 5, 3], {}, node('Sigmoid', ['x'])],
  ['Softmax of a picture, over its channels', [1, 4, 5, 3], {}, pooled, node('Softmax', ['p'])],
  ['Softmax of a vector', [1, 7], {}, node('Softmax', ['x'])],
  ['BiasAdd inside', [1, 4, 5, 3], { b: floats(3) }, pooled, node('BiasAdd', ['p', 'b'])],
  [
    'Minimum with a scalar',
    [1, 4, 5, 3],
    { m: { shape: [], data: Float32Array.of(0.5) } },
    pooled,
    node('Minimum', ['p', 'm']),
  ],
  ['Maximum of two, one N C H W', [1, 4, 5, 3], {}, pooled, node('Maximum', ['p', 'x'])],
  ['Sub, Mul of computed', [1, 4, 5, 3], {}, pooled, node('Sub', ['x', 'p'], {}, 'd'), node('Mul', ['d', 'p'])],
  [
    'Pad, also along channels',
    [1, 3, 4, 2],
    { t: { shape: [4, 2], data: Int32Array.of(0, 0, 1, 2, 0, 1, 0, 3) } },
    pooled,
    node('Pad', ['p', 't']),
  ],
  ['ConcatV2 of channels', [1, 3, 4, 2], { a: scalar(-1) }, pooled, node('ConcatV2', ['p', 'x', 'a'], { N: int(2) })],
  ['ConcatV2 of rows', [1, 3, 4, 2], { a: scalar(1) }, pooled, node('ConcatV2', ['x', 'p', 'a'], { N: int(2) })],
  ['Mean over H and W', [1, 3, 4, 2], { a: whole(1, 2) }, pooled, node('Mean', ['p', 'a'])],
  [
    'Mean over H and W, dimensions kept',
    [1, 3, 4, 2],
    { a: whole(1, 2) },
    pooled,
    node('Mean', ['p', 'a'], { keep_dims: flag(true) }),
  ],
  ['Mean over channels', [1, 3, 4, 2], { a: whole(-1) }, pooled, node('Mean', ['p', 'a'])],
  [
    'Flatten and Dense',
    [1, 3, 4, 2],
    { s: whole(-1, 24), w: floats(24, 5), b: floats(5) },
    pooled,
    node('Reshape', ['p', 's'], {}, 'flat'),
    node('_FusedMatMul', ['flat', 'w', 'b'], { num_args: int(1), fused_ops: texts('BiasAdd', 'Relu') }),
  ],
  ['MatMul, weights transposed', [1, 4], { w: floats(5, 4) }, node('MatMul', ['x', 'w'], { transpose_b: flag(true) })],
  [
    'Reshape of a 1 x 1 picture',
    [1, 2, 2, 3],
    { s: whole(3, 1) },
    node('MaxPool', ['x'], { ksize: two, strides: two, padding: text('VALID') }, 'p'),
    node('Reshape', ['p', 's']),
  ],
  ['Squeeze', [1, 1, 4, 2], {}, relu, node('Squeeze', ['r'], { squeeze_dims: ints(1) })],
  ['ResizeBilinear', [1, 3, 4, 2], { s: whole(7, 9) }, pooled, node('ResizeBilinear', ['p', 's'])],
  [
    'ResizeBilinear, half pixels',
    [1, 3, 4, 2],
    { s: whole(7, 9) },
    pooled,
    node('ResizeBilinear', ['p', 's'], { half_pixel_centers: flag(true) }),
  ],
  [
    'ResizeBilinear, corners',
    [1, 3, 4, 2],
    { s: whole(7, 9) },
    pooled,
    node('ResizeBilinear', ['p', 's'], { align_corners: flag(true) }),
  ],
  [
    'DepthToSpace',
    [1, 3, 4, 8],
    {},
    pooled,
    node('DepthToSpace', ['p'], { block_size: int(2), data_format: text('NHWC') }),
  ],
  [
    'a shape computed from a shape',
    [1, 3, 4, 2],
    { from: whole(1), to: whole(2), step: whole(1), rest: scalar(8), batch: scalar(1) },
    pooled,
    node('Shape', ['p'], {}, 'shape'),
    node('StridedSlice', ['shape', 'from', 'to', 'step'], { shrink_axis_mask: int(1) }, 'height'),
    node('Pack', ['batch', 'height', 'rest'], { N: int(3), axis: int(0) }, 'wanted'),
    node('Reshape', ['p', 'wanted']),
  ],
];

describe('an operation computes the same in ONNX as in TensorFlow.js', () => {
  it.each(CASES.map(([title, ...rest]) => ({ title, rest })))(
    '$title',
    async ({ rest: [shape, constants, ...nodes] }) => {
      const { json, weights } = writeTinyGraph(shape, constants, nodes);
      const input = wave(shape.reduce((a, b) => a * b, 1));
      const wanted = (await runTfjs(json, weights, shape, input, ['y'])).get('y')!;
      const found = (await runOnnx(convertTfjsGraph(json, weights, 'tiny'), shape, input)).get('y')!;
      expect(wanted.length).toBeGreaterThan(0);
      expect(new Set(wanted).size).toBeGreaterThan(1);
      expect(largestDifference(wanted, found)).toBeLessThan(1e-5);
    },
  );
});

describe('what the converter does not know is an error that names operation and node', () => {
  const convert = (constants: Readonly<Record<string, TinyWeight>>, ...nodes: TinyNode[]) => {
    const { json, weights } = writeTinyGraph([1, 4, 4, 2], constants, nodes);
    return () => convertTfjsGraph(json, weights, 'tiny');
  };
  const failure = (message: string) => expect.objectContaining({ code: 'model-unsupported', message });

  it('an unknown operation', () => {
    const unknown = convert({}, relu, node('Einsum', ['r'], {}, 'odd/node'));
    expect(unknown).toThrow(failure('operation Einsum of node odd/node: the converter does not know it'));
  });

  it('an unknown activation', () => {
    const elu = convert(
      { w: floats(1, 1, 2, 2), b: floats(2) },
      node('_FusedConv2D', ['x', 'w', 'b'], fused('BiasAdd', 'Elu')),
    );
    expect(elu).toThrow(failure('operation _FusedConv2D of node y: activation Elu is not known'));
  });

  it('a picture that lies N C H W', () => {
    const nchw = convert({ w: floats(1, 1, 2, 2) }, convolution({ data_format: text('NCHW') }));
    expect(nchw).toThrow(failure('operation Conv2D of node y: data format NCHW'));
  });

  it('filters that are computed', () => {
    expect(convert({}, relu, node('Conv2D', ['x', 'r'], same))).toThrow(
      /input 1 is a computed tensor, expected a constant/,
    );
  });

  it('only what the outputs need is looked at', () => {
    const { json, weights } = writeTinyGraph([1, 4, 4, 2], {}, [relu, node('Einsum', ['x'], {}, 'unused')]);
    const model = JSON.parse(json.toString());
    const signed = { ...model, signature: { outputs: { result: { name: 'r:0' } } } };
    expect(convertTfjsGraph(Buffer.from(JSON.stringify(signed)), weights, 'tiny').length).toBeGreaterThan(0);
  });
});

describe('files that are no TFJS graph model are refused', () => {
  it.each([
    ['no JSON', 'tiny is not JSON', '<html>'],
    ['other JSON', 'tiny: ', '{"format":"layers-model"}'],
  ])('%s', (_, message, json) => {
    const convert = () => convertTfjsGraph(Buffer.from(json), Buffer.alloc(0), 'tiny');
    expect(convert).toThrow(
      expect.objectContaining({ code: 'model-corrupt', message: expect.stringContaining(message) }),
    );
  });

  it('truncated weights', () => {
    const { json, weights } = writeTinyGraph([1, 4, 4, 2], { w: floats(1, 1, 2, 2) }, [convolution({})]);
    const convert = () => convertTfjsGraph(json, weights.subarray(0, 7), 'tiny');
    expect(convert).toThrow(expect.objectContaining({ code: 'model-corrupt' }));
  });
});

async function runOnnx(model: Buffer, shape: readonly number[], input: Float32Array): Promise<Outputs> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const results = await session.run({ x: new Tensor('float32', input, [...shape]) });
  await session.release();
  return new Map(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
}
