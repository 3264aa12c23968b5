import { ModelError } from '../contract.ts';
import { GraphBuilder, type Value } from './graph-builder.ts';
import { OPERATIONS } from './ops/index.ts';
import { bareName, type GraphNode, readShape, readTfjsGraph, type TfjsGraph, unsupported } from './tfjs-graph.ts';

/**
 * A TFJS graph model (its JSON and its one weights file) as an ONNX model, opset 17, batch 1, float32.
 *
 * Inputs and outputs keep TensorFlow's shapes (pictures are N H W C) and the names of the signature; inside, pictures
 * are NCHW, which is what onnxruntime computes fast. Only what the outputs need is converted. Throws ModelError
 * `model-unsupported` that names the operation and node, `model-corrupt` for files that are no such model.
 */
export function convertTfjsGraph(json: Buffer, weights: Buffer, name: string): Buffer {
  const graph = readTfjsGraph(json, weights, name);
  const builder = new GraphBuilder();
  const values = new Map<string, Value>();
  for (const output of graph.outputs) {
    const value = lower(graph, output.node, builder, values);
    if (value.kind === 'constant')
      throw new ModelError('model-unsupported', `${name}: output ${output.name} is constant`);
    builder.addOutput(output.name, value);
  }
  return builder.finish(name);
}

/** Depth first from the outputs, each node once: the file need not be in order. */
function lower(graph: TfjsGraph, reference: string, builder: GraphBuilder, values: Map<string, Value>): Value {
  const name = bareName(reference);
  const known = values.get(name);
  if (known) return known;
  const node = graph.nodes.get(name);
  if (!node) throw new ModelError('model-corrupt', `there is no node ${name}`);
  if (/:[1-9]\d*$/.test(reference)) throw unsupported(node, `its result ${reference} is not its first`);
  const value = lowerNode(graph, node, builder, values);
  values.set(name, value);
  return value;
}

function lowerNode(graph: TfjsGraph, node: GraphNode, builder: GraphBuilder, values: Map<string, Value>): Value {
  if (node.op === 'Placeholder') return builder.addInput(node.name, readShape(node));
  if (node.op === 'Const') {
    const constant = graph.constants.get(node.name);
    if (!constant) throw new ModelError('model-corrupt', `there are no weights for ${node.name}`);
    return constant;
  }
  const operation = OPERATIONS[node.op];
  if (!operation) throw unsupported(node, 'the converter does not know it');
  const data = (node.input ?? []).filter((input) => !input.startsWith('^'));
  return operation(
    node,
    data.map((input) => lower(graph, input, builder, values)),
    builder,
  );
}
