import type { GraphBuilder, Value } from '../graph-builder.ts';
import type { GraphNode } from '../tfjs-graph.ts';

/** Writes one TensorFlow node into the ONNX graph, or folds it. Throws ModelError `model-unsupported`. */
export type Lower = (node: GraphNode, inputs: readonly Value[], builder: GraphBuilder) => Value;
