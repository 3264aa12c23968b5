import { addedBy, countChannels } from './channels.ts';
import type { Graph, Node } from './onnx.ts';

const ATTRIBUTE_INT = 2;

/**
 * The same network with every "more channels, all zero" as a convolution whose weights are zero, put behind the
 * channels there are. A convolution's result has the blocked layout, so joining the two keeps it, and the sum that
 * follows becomes a part of the next convolution; padding and constants leave the layout and enter it again.
 */
export function growByConvolution(graph: Graph): Graph {
  const weights = new Map(graph.weights);
  const channels = countChannels(graph);
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const more = addedBy(graph, node);
    const [from, to] = [node.input[0]!, node.output[0]!];
    const count = channels.get(from);
    if (!more || !count) return [node];
    const [filter, zeros] = [`${to}/no-weights`, `${to}/no-channels`];
    weights.set(filter, { dims: [more, count, 1, 1], floats: new Float32Array(more * count) });
    return [
      { op_type: 'Conv', input: [from, filter], output: [zeros], attribute: [] },
      {
        op_type: 'Concat',
        input: [from, zeros],
        output: [to],
        attribute: [{ name: 'axis', type: ATTRIBUTE_INT, i: 1 }],
      },
    ];
  });
  return { ...graph, nodes, weights };
}
