import type { Feature, GraphBuilder, Value } from '../graph-builder.ts';
import { addBroadcast, broadcastShapes, needConstant, needFeature, permute } from '../layout.ts';
import { type GraphNode, readFlag, readTexts, unsupported } from '../tfjs-graph.ts';
import { applyFused } from './activation.ts';
import type { Lower } from './lower.ts';

/** Two operands with broadcasting; one of them may be constant. */
export function lowerBinary(operation: string): Lower {
  return (node, inputs, builder) => {
    const [left, right] = inputs;
    if (!left || !right) throw unsupported(node, 'expected two inputs');
    const shape = broadcastShapes(left.shape, right.shape);
    const layout = agree(inputs);
    if (!layout) throw unsupported(node, 'both inputs are constant');
    const names = [left, right].map((value) => place(node, value, layout, shape.length, builder));
    return { kind: 'feature', name: builder.add(node.name, operation, names), shape, layout };
  };
}

/** NCHW wins, since that is what the neighbours want. */
function agree(inputs: readonly Value[]): Feature['layout'] | undefined {
  const features = inputs.filter((value) => value.kind === 'feature');
  if (features.length === 0) return undefined;
  return features.some((value) => value.layout === 'nchw') ? 'nchw' : 'plain';
}

function place(node: GraphNode, value: Value, layout: Feature['layout'], rank: number, builder: GraphBuilder): string {
  if (value.kind === 'constant') return addBroadcast(builder, value, layout);
  // Broadcasting aligns the last axes: a computed vector would meet W where TensorFlow meant C.
  if (layout === 'nchw' && value.shape.length !== rank) throw unsupported(node, 'inputs of different rank');
  return layout === 'nchw' ? builder.toNchw(value).name : value.name;
}

/** x [n, k] times w [k, m], with the fused bias and activation. */
export const lowerMatMul: Lower = (node, inputs, builder) => {
  const input = needFeature(node, inputs);
  const stored = needConstant(node, inputs, 1);
  if (input.shape.length !== 2 || stored.shape.length !== 2 || readFlag(node, 'transpose_a')) {
    throw unsupported(node, `a product of shapes [${input.shape}] and [${stored.shape}]`);
  }
  const weights = readFlag(node, 'transpose_b') ? permute(stored, [1, 0]) : stored;
  const fused = [...readTexts(node, 'fused_ops')];
  const operands = [input.name, builder.addFloats(weights.shape, weights.data as Float32Array)];
  if (fused[0] === 'BiasAdd') {
    fused.shift();
    const bias = needConstant(node, inputs, 2);
    operands.push(builder.addFloats(bias.shape, bias.data as Float32Array));
  }
  const name = builder.add(node.name, operands.length === 3 ? 'Gemm' : 'MatMul', operands);
  const shape = [input.shape[0]!, weights.shape[1]!];
  return applyFused(
    node,
    fused,
    inputs.slice(operands.length),
    { kind: 'feature', name, shape, layout: 'plain' },
    builder,
  );
};
