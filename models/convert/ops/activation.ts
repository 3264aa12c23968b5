import type { Feature, GraphBuilder, Value } from '../graph-builder.ts';
import { addBroadcast, mapAxis, needConstant, needFeature } from '../layout.ts';
import { type GraphNode, unsupported } from '../tfjs-graph.ts';
import type { Lower } from './lower.ts';

/** One input, one output, number by number; the two sets of names mostly agree. */
const UNARY: Readonly<Record<string, string>> = {
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Neg: 'Neg',
  Tanh: 'Tanh',
  Exp: 'Exp',
  Sqrt: 'Sqrt',
};

export const lowerUnary: Lower = (node, inputs, builder) =>
  activate(node, node.op, needFeature(node, inputs), undefined, builder);

export const lowerPrelu: Lower = (node, inputs, builder) =>
  activate(node, node.op, needFeature(node, inputs), needConstant(node, inputs, 1), builder);

/** Always along TensorFlow's last axis. */
export const lowerSoftmax: Lower = (node, inputs, builder) => {
  const input = needFeature(node, inputs);
  return { ...input, name: builder.add(node.name, 'Softmax', [input.name], { axis: mapAxis(input, -1) }) };
};

/** What TensorFlow fused behind a convolution or a product; `operands` are the inputs that are left for it. */
export function applyFused(
  node: GraphNode,
  fused: readonly string[],
  operands: readonly Value[],
  value: Feature,
  builder: GraphBuilder,
): Feature {
  if (fused.length > 1) throw unsupported(node, `fused ${fused.join(', ')}`);
  return fused.length === 0 ? value : activate(node, fused[0]!, value, operands[0], builder);
}

function activate(
  node: GraphNode,
  operation: string,
  value: Feature,
  slope: Value | undefined,
  builder: GraphBuilder,
): Feature {
  const unary = UNARY[operation];
  if (unary) return { ...value, name: builder.add(node.name, unary, [value.name]) };
  if (operation === 'Relu6') {
    const bounds = [0, 6].map((bound) => builder.addFloats([], Float32Array.of(bound)));
    return { ...value, name: builder.add(node.name, 'Clip', [value.name, ...bounds]) };
  }
  if (operation !== 'Prelu') throw unsupported(node, `activation ${operation} is not known`);
  if (slope?.kind !== 'constant') throw unsupported(node, 'the slope is not a constant');
  return { ...value, name: builder.add(node.name, 'PRelu', [value.name, addBroadcast(builder, slope, value.layout)]) };
}
