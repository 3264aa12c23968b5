import { countChannels, zerosOf } from './channels.ts';
import type { Graph, Node, Weight } from './onnx.ts';

/** Channels in a block of the runtime's memory layout, at most (AVX-512; 8 elsewhere). */
const BLOCK = 16;

/**
 * The same network with channels that are always zero added wherever their number is no multiple of 16: the runtime
 * then keeps its blocked layout through channel-wise convolutions, instead of leaving and entering it around each.
 */
export function widenChannels(graph: Graph): Graph {
  const channels = countChannels(graph);
  const fixed = findFixed(graph, channels);
  const width = (value: string) => {
    const count = channels.get(value) ?? 0;
    return fixed.has(value) ? count : Math.ceil(count / BLOCK) * BLOCK;
  };
  const weights = new Map(graph.weights);
  const alias = new Map<string, string>();
  const widened = (name: string, dims: readonly number[]) => {
    const wide = `${name}/${dims.join('x')}`;
    weights.set(wide, padWith0(graph.weights.get(name)!, dims));
    return wide;
  };
  const nodes = graph.nodes.flatMap((old): Node[] => {
    const node = renamed(
      old,
      old.input.map((value) => alias.get(value) ?? value),
    );
    const [to, from] = [old.output[0]!, old.input[0]!];
    if (!channels.has(to) || (fixed.has(to) && fixed.has(from))) return [node];
    const { raw: _, ...made } = node;
    const [first, second, third] = node.input as [string, string, string | undefined];
    if (old.op_type === 'Conv') {
      const [, each, ...kernel] = graph.weights.get(second)!.dims as [number, number, ...number[]];
      const apart = groupsOf(old) > 1;
      const input = [first, widened(second, [width(to), apart ? each : width(from) || each, ...kernel])];
      if (third) input.push(widened(third, [width(to)]));
      const attribute = old.attribute.map((one) => (one.name === 'group' && apart ? { ...one, i: width(to) } : one));
      return [{ ...made, input, attribute }];
    }
    if (old.op_type === 'PRelu') return [{ ...made, input: [first, widened(second, [width(to), 1, 1])] }];
    if (old.op_type === 'Concat') {
      const more = width(to) - width(from);
      if (more === 0) {
        alias.set(to, first);
        return [];
      }
      const zeros = zerosOf(graph, old.input[1]!)!;
      const dims = [1, more, ...zeros.slice(2)];
      const name = `${to}/zeros`;
      weights.set(name, { dims, floats: new Float32Array(dims.reduce((product, side) => product * side)) });
      return [{ ...made, input: [first, name] }];
    }
    return [made];
  });
  return { ...graph, nodes, weights };
}

/** Values that must keep their channels: results, what other operations see, and all that is tied to such a value. */
function findFixed(graph: Graph, channels: ReadonlyMap<string, number>): Set<string> {
  const fixed = new Set(graph.outputs);
  const fixAll = (values: readonly string[]) =>
    values.reduce((grew, value) => (!fixed.has(value) && !!fixed.add(value)) || grew, false);
  for (let grew = true; grew; ) {
    grew = false;
    for (const node of graph.nodes) {
      const [from, to] = [node.input[0]!, node.output[0]!];
      const known = channels.has(to) && isReadable(graph, node);
      if (!known) grew = fixAll([...node.input, ...node.output]) || grew;
      else if (node.op_type === 'Conv' && groupsOf(node) === 1) grew = (!channels.has(from) && fixAll([from])) || grew;
      else {
        const tied = node.op_type === 'Add' ? [...node.input, to] : [from, to];
        if (tied.some((value) => fixed.has(value) || !channels.has(value))) grew = fixAll(tied) || grew;
      }
    }
  }
  return fixed;
}

/** Are the node's weights there, and of a form that can be widened? What pads channels is left as it is. */
function isReadable(graph: Graph, node: Node): boolean {
  const weights = node.input.slice(1).map((name) => graph.weights.get(name));
  if (node.op_type === 'PRelu')
    return weights[0]?.floats?.length === weights[0]?.dims.at(-3) && weights[0]?.dims.length === 3;
  if (node.op_type !== 'Conv') return node.op_type !== 'Pad';
  const [filters, each] = weights[0]?.dims ?? [];
  const groups = groupsOf(node);
  return weights.every((weight) => weight?.floats) && (groups === 1 || (each === 1 && groups === filters));
}

function groupsOf(node: Node): number {
  return Number(node.attribute.find(({ name }) => name === 'group')?.i ?? 1);
}

/** The same numbers at the low corner of a larger box of zeros; the first two sides may grow. */
function padWith0({ dims, floats }: Weight, larger: readonly number[]): Weight {
  const [, each = 1, ...kernel] = dims;
  const size = kernel.reduce((product, side) => product * side, 1);
  const padded = new Float32Array(larger.reduce((product, side) => product * side));
  const row = (larger[1] ?? 1) * size;
  for (let filter = 0; filter < dims[0]!; filter++)
    padded.set(floats!.subarray(filter * each * size, (filter + 1) * each * size), filter * row);
  return { dims: larger, floats: padded };
}

/** The node with other inputs; with the same ones it is still the node of the file. */
function renamed(node: Node, input: readonly string[]): Node {
  if (input.every((value, i) => value === node.input[i])) return node;
  const { raw: _, ...made } = node;
  return { ...made, input };
}
