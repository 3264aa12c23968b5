import protobuf from 'protobufjs';

/**
 * The part of onnx.proto (ONNX, Apache-2.0; field numbers are the format) that a rewrite touches. Nodes, weights and
 * shapes are taken as bytes: what is not rewritten stays as it was, also fields that are unknown here.
 */
const SCHEMA = `
syntax = "proto3";
package onnx;
message Model { int64 ir_version = 1; Graph graph = 7; repeated bytes opset_import = 8; }
message Graph {
  repeated bytes node = 1;
  string name = 2;
  repeated bytes initializer = 5;
  repeated bytes input = 11;
  repeated bytes output = 12;
}
message Node {
  repeated string input = 1;
  repeated string output = 2;
  string name = 3;
  string op_type = 4;
  repeated Attribute attribute = 5;
}
message Attribute { string name = 1; int64 i = 3; repeated int64 ints = 8; int32 type = 20; }
message Tensor {
  repeated int64 dims = 1;
  int32 data_type = 2;
  repeated float float_data = 4;
  string name = 8;
  bytes raw_data = 9;
}
`;
const FLOAT = 1;
const ATTRIBUTE_INT = 2;

type Model = { readonly ir_version: number; readonly graph: Graph; readonly opset_import: readonly Uint8Array[] };
type Graph = {
  readonly node: readonly Uint8Array[];
  readonly initializer: readonly Uint8Array[];
};
type Node = { readonly op_type: string; readonly input: readonly string[]; readonly output: readonly string[] };
type Tensor = {
  readonly name: string;
  readonly dims: readonly (number | { toNumber(): number })[];
  readonly data_type: number;
  readonly float_data: readonly number[];
  readonly raw_data: Uint8Array;
};

/**
 * The same network with every PRelu of one slope a channel written as two channel-wise 1 × 1 convolutions:
 * a·z + relu((1 − a)·z), which is z above zero and a·z below. The runtime's own PRelu is not vectorised and leaves
 * the blocked memory layout that its convolutions want; it takes half of the time of the face mesh and the embedder.
 * A model without such nodes comes back as it is.
 */
export function rewritePRelu(bytes: Uint8Array): Uint8Array {
  const { root } = protobuf.parse(SCHEMA, { keepCase: true });
  const type = (name: string) => root.lookupType(`onnx.${name}`);
  const model = type('Model').decode(bytes) as unknown as Model;
  const nodes = model.graph.node.map((raw) => ({ raw, node: type('Node').decode(raw) as unknown as Node }));
  if (!nodes.some(({ node }) => node.op_type === 'PRelu')) return bytes;
  const slopes = new Map<string, Float32Array>();
  for (const raw of model.graph.initializer) {
    const tensor = type('Tensor').decode(raw) as unknown as Tensor;
    const slope = slopeOf(tensor);
    if (slope) slopes.set(tensor.name, slope);
  }
  const node: Uint8Array[] = [];
  const initializer = [...model.graph.initializer];
  const encode = (name: string, value: object) => type(name).encode(type(name).fromObject(value)).finish();
  for (const { raw, node: old } of nodes) {
    const slope = old.op_type === 'PRelu' ? slopes.get(old.input[1]!) : undefined;
    if (!slope) {
      node.push(raw);
      continue;
    }
    const [from, to] = [old.input[0]!, old.output[0]!];
    const channelWise = (input: string, output: string, factors: Float32Array) => {
      initializer.push(encode('Tensor', weights(`${output}/factors`, factors)));
      node.push(encode('Node', convolution(input, output, factors.length)));
    };
    const part = (name: string) => `${to}/${name}`;
    channelWise(
      from,
      part('rest'),
      slope.map((a) => Math.abs(1 - a)),
    );
    node.push(encode('Node', { op_type: 'Relu', input: [part('rest')], output: [part('above')] }));
    channelWise(from, part('slope'), slope);
    // Where a slope is above 1, its channel is to be taken away, not added.
    const steep = slope.some((a) => a > 1);
    if (steep)
      channelWise(
        part('above'),
        part('signed'),
        slope.map((a) => (a > 1 ? -1 : 1)),
      );
    const above = part(steep ? 'signed' : 'above');
    node.push(encode('Node', { op_type: 'Add', input: [part('slope'), above], output: [to] }));
  }
  const graph = { ...model.graph, node, initializer };
  return type('Model')
    .encode({ ...model, graph })
    .finish();
}

/** One number a channel, of a weight shaped C × 1 × 1, with or without leading ones. */
function slopeOf({ dims, data_type, float_data, raw_data }: Tensor): Float32Array | undefined {
  const sides = dims.map(Number);
  if (data_type !== FLOAT || sides.length < 3 || sides.slice(-2).some((side) => side !== 1)) return undefined;
  if (sides.slice(0, -3).some((side) => side !== 1)) return undefined;
  if (raw_data.length === 0) return Float32Array.from(float_data);
  return new Float32Array(Uint8Array.from(raw_data).buffer);
}

function weights(name: string, values: Float32Array) {
  const raw_data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: [values.length, 1, 1, 1], data_type: FLOAT, raw_data };
}

function convolution(from: string, output: string, channels: number) {
  const attribute = [{ name: 'group', type: ATTRIBUTE_INT, i: channels }];
  return { op_type: 'Conv', input: [from, `${output}/factors`], output: [output], attribute };
}
