import type { Graph, Node } from './onnx.ts';

/** The same network without the results that nobody wants, and without all that is computed only for them. */
export function dropOutputs(graph: Graph, unwanted: readonly string[]): Graph {
  const outputs = graph.outputs.filter((name) => !unwanted.includes(name));
  const needed = new Set(outputs);
  const nodes: Node[] = [];
  // A node stands after those that it needs.
  for (const node of [...graph.nodes].reverse()) {
    if (!node.output.some((name) => needed.has(name))) continue;
    nodes.unshift(node);
    for (const name of node.input) needed.add(name);
  }
  return { ...graph, nodes, outputs };
}
