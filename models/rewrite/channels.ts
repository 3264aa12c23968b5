import type { Graph, Node } from './onnx.ts';

/** What treats every channel for itself and makes zero of zero. */
const CHANNEL_WISE = new Set(['Relu', 'PRelu', 'MaxPool', 'Add']);

/** Channels of every value that convolutions, channel-wise operations and added zeros make. */
export function countChannels(graph: Graph): Map<string, number> {
  const channels = new Map<string, number>();
  for (const node of graph.nodes) {
    const before = channels.get(node.input[0]!);
    const filters = node.op_type === 'Conv' ? graph.weights.get(node.input[1]!)?.dims[0] : undefined;
    const more = CHANNEL_WISE.has(node.op_type) ? 0 : addedBy(graph, node);
    const count = filters ?? (before !== undefined && more !== undefined ? before + more : undefined);
    if (count !== undefined) channels.set(node.output[0]!, count);
  }
  return channels;
}

/** How many channels of zeros the node puts behind its input's, if that is all it does. */
export function addedBy(graph: Graph, node: Node): number | undefined {
  if (node.op_type === 'Concat') return isAlongChannels(node) ? zeroChannels(graph, node.input[1]!) : undefined;
  if (node.op_type !== 'Pad') return undefined;
  const pads = graph.weights.get(node.input[1]!)?.ints;
  const filler = graph.weights.get(node.input[2] ?? '')?.floats?.[0];
  const mode = node.attribute.find(({ name }) => name === 'mode')?.s;
  const constant = !mode || new TextDecoder().decode(mode) === 'constant';
  // First four: what is put before batch, channels, rows and columns; then what is put behind.
  const only = pads?.length === 8 && pads.every((pad, place) => pad === 0 || (place === 5 && pad > 0));
  return constant && only && (filler === 0 || node.input.length < 3) ? pads[5] : undefined;
}

function isAlongChannels(node: Node): boolean {
  return node.input.length === 2 && Number(node.attribute.find(({ name }) => name === 'axis')?.i ?? -1) === 1;
}

function zeroChannels(graph: Graph, value: string): number | undefined {
  const weight = graph.weights.get(value);
  if (weight?.dims.length === 4 && weight.floats?.every((number) => number === 0)) return weight.dims[1];
  return zerosOf(graph, value)?.[1];
}

/** The shape of a value that is zero all over. */
export function zerosOf(graph: Graph, value: string): readonly number[] | undefined {
  const node = graph.nodes.find(({ output }) => output[0] === value);
  if (node?.op_type !== 'ConstantOfShape' || node.attribute.length > 0) return undefined;
  const shape = graph.weights.get(node.input[0]!)?.ints;
  return shape?.length === 4 ? shape : undefined;
}
