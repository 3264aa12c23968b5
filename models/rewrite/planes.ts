import type { Graph, Node } from './onnx.ts';

/**
 * The same network with its picture in planes (1 × 3 × height × width), where it would only have been transposed to
 * them: whoever cuts the picture out can just as well write planes.
 */
export function takePlanes(graph: Graph): Graph {
  const input = graph.inputs.length === 1 ? graph.inputs[0]! : undefined;
  const [batch, height, width, channels] = input?.dims ?? [];
  const users = graph.nodes.filter((node) => node.input.includes(input?.name ?? ''));
  const [turn] = users;
  const turned = users.length === 1 && turn && isToPlanes(turn) && channels === 3 && input?.dims.length === 4;
  if (!input || !turned || graph.outputs.includes(turn.output[0]!)) return graph;
  const nodes = graph.nodes.flatMap((node): Node[] => {
    if (node === turn) return [];
    if (!node.input.includes(turn.output[0]!)) return [node];
    const { raw: _, ...made } = node;
    return [{ ...made, input: node.input.map((value) => (value === turn.output[0] ? input.name : value)) }];
  });
  return { ...graph, nodes, inputs: [{ name: input.name, dims: [batch!, channels, height!, width!] }] };
}

function isToPlanes({ op_type, attribute }: Node): boolean {
  const order = attribute.find(({ name }) => name === 'perm')?.ints?.map(Number);
  return op_type === 'Transpose' && String(order) === '0,3,1,2';
}
