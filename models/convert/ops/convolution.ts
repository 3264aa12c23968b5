import type { Feature, GraphBuilder } from '../graph-builder.ts';
import { needConstant, needFeature, permute } from '../layout.ts';
import { type GraphNode, readInts, readText, readTexts, unsupported } from '../tfjs-graph.ts';
import type { Constant } from '../tfjs-weights.ts';
import { applyFused } from './activation.ts';
import type { Lower } from './lower.ts';

type Window = {
  readonly kernel: readonly [number, number];
  readonly attributes: Readonly<Record<string, readonly number[]>>;
  readonly height: number;
  readonly width: number;
};

/** [height, width] out of a list that has all four axes. */
function spatial(node: GraphNode, attribute: string): readonly [number, number] {
  const [batch = 1, height = 1, width = 1, channel = 1] = readInts(node, attribute) ?? [];
  if (batch !== 1 || channel !== 1) throw unsupported(node, `${attribute} along batch or channel`);
  return [height, width];
}

/** TensorFlow's SAME puts the odd pixel behind; ONNX gets the numbers explicitly. */
function measureWindow(node: GraphNode, input: Feature, kernel: readonly [number, number]): Window {
  const format = readText(node, 'data_format') ?? 'NHWC';
  if (format !== 'NHWC') throw unsupported(node, `data format ${format}`);
  const strides = spatial(node, 'strides');
  const dilations = spatial(node, 'dilations');
  const padding = readText(node, 'padding') ?? 'VALID';
  const explicit = readInts(node, 'explicit_paddings') ?? [];
  const sides = [0, 1].map((side) => {
    const size = input.shape[side + 1]!;
    const reach = (kernel[side]! - 1) * dilations[side]! + 1;
    const [before, after] = pad(node, padding, explicit.slice(2 + side * 2, 4 + side * 2), size, reach, strides[side]!);
    return { before, after, out: Math.floor((size + before + after - reach) / strides[side]!) + 1 };
  });
  const pads = [...sides.map((side) => side.before), ...sides.map((side) => side.after)];
  const attributes = { kernel_shape: kernel, strides, dilations, pads };
  return { kernel, attributes, height: sides[0]!.out, width: sides[1]!.out };
}

function pad(
  node: GraphNode,
  padding: string,
  explicit: readonly number[],
  size: number,
  reach: number,
  stride: number,
): readonly [number, number] {
  if (padding === 'VALID') return [0, 0];
  if (padding === 'EXPLICIT' && explicit.length === 2) return [explicit[0]!, explicit[1]!];
  if (padding !== 'SAME') throw unsupported(node, `padding ${padding}`);
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** TensorFlow keeps filters as height, width, in, out; ONNX as out, in, height, width. */
export const lowerConvolution: Lower = (node, inputs, builder) => {
  const filter = needConstant(node, inputs, 1);
  const weights = permute(filter, [3, 2, 0, 1]);
  const group = needFeature(node, inputs).shape[3]! / filter.shape[2]!;
  return convolve(node, inputs, builder, weights, group);
};

/** Filters of height, width, channel, multiplier; output channel = channel * multipliers + multiplier. */
export const lowerDepthwise: Lower = (node, inputs, builder) => {
  const { shape, data } = permute(needConstant(node, inputs, 1), [2, 3, 0, 1]);
  const [channels, multiplier, height, width] = shape as [number, number, number, number];
  const weights: Constant = { kind: 'constant', shape: [channels * multiplier, 1, height, width], data };
  return convolve(node, inputs, builder, weights, channels);
};

function convolve(
  node: GraphNode,
  inputs: Parameters<Lower>[1],
  builder: GraphBuilder,
  weights: Constant,
  group: number,
): Feature {
  const input = builder.toNchw(needFeature(node, inputs));
  const [channels, , height, width] = weights.shape as [number, number, number, number];
  const window = measureWindow(node, input, [height, width]);
  const fused = [...readTexts(node, 'fused_ops')];
  const operands = [input.name, builder.addFloats(weights.shape, weights.data as Float32Array)];
  if (fused[0] === 'BiasAdd') {
    fused.shift();
    operands.push(builder.addFloats([channels], needConstant(node, inputs, 2).data as Float32Array));
  }
  const name = builder.add(node.name, 'Conv', operands, { ...window.attributes, group });
  const shape = [input.shape[0]!, window.height, window.width, channels];
  return applyFused(
    node,
    fused,
    inputs.slice(operands.length),
    { kind: 'feature', name, shape, layout: 'nchw' },
    builder,
  );
}

function lowerPool(operation: 'MaxPool' | 'AveragePool'): Lower {
  return (node, inputs, builder) => {
    const input = builder.toNchw(needFeature(node, inputs));
    const { attributes, height, width } = measureWindow(node, input, spatial(node, 'ksize'));
    const { dilations: _, ...rest } = attributes;
    const name = builder.add(node.name, operation, [input.name], rest);
    return { ...input, name, shape: [input.shape[0]!, height, width, input.shape[3]!] };
  };
}

export const lowerMaxPool = lowerPool('MaxPool');
export const lowerAveragePool = lowerPool('AveragePool');
