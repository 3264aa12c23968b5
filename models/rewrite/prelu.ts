import type { Graph, Node, Weight } from './onnx.ts';

const ATTRIBUTE_INT = 2;

/**
 * The same network with every PRelu of one slope a channel written as channel-wise 1 × 1 convolutions:
 * a·z + relu((1 − a)·z), which is z above zero and a·z below. The runtime's own PRelu is not vectorised and leaves the
 * blocked memory layout that its convolutions want; it takes half of the time of the face mesh and of the embedder.
 */
export function rewritePRelu(graph: Graph): Graph {
  const weights = new Map(graph.weights);
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const slope = node.op_type === 'PRelu' ? slopeOf(graph.weights.get(node.input[1]!)) : undefined;
    if (!slope) return [node];
    const [from, to] = [node.input[0]!, node.output[0]!];
    const channelWise = (input: string, output: string, factor: (a: number) => number): Node => {
      const name = `${output}/factors`;
      weights.set(name, { dims: [slope.length, 1, 1, 1], floats: slope.map(factor) });
      const attribute = [{ name: 'group', type: ATTRIBUTE_INT, i: slope.length }];
      return { op_type: 'Conv', input: [input, name], output: [output], attribute };
    };
    const plain = (op_type: string, input: string[], output: string): Node => {
      return { op_type, input, output: [output], attribute: [] };
    };
    const part = (name: string) => `${to}/${name}`;
    // Where a slope is above 1, its channel is to be taken away, not added.
    const steep = slope.some((a) => a > 1);
    return [
      channelWise(from, part('rest'), (a) => Math.abs(1 - a)),
      plain('Relu', [part('rest')], part('above')),
      channelWise(from, part('slope'), (a) => a),
      ...(steep ? [channelWise(part('above'), part('signed'), (a) => (a > 1 ? -1 : 1))] : []),
      plain('Add', [part('slope'), part(steep ? 'signed' : 'above')], to),
    ];
  });
  return { ...graph, nodes, weights };
}

/** One number a channel, of a weight shaped C × 1 × 1, with or without leading ones. */
function slopeOf(weight: Weight | undefined): Float32Array | undefined {
  if (!weight?.floats || weight.dims.length < 3) return undefined;
  const { dims, floats } = weight;
  const others = dims.filter((_, axis) => axis !== dims.length - 3);
  return others.every((side) => side === 1) ? floats : undefined;
}
