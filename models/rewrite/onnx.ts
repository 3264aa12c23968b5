import protobuf from 'protobufjs';

/**
 * The part of onnx.proto (ONNX, Apache-2.0; field numbers are the format) that a rewrite touches. Nodes and weights
 * are kept as bytes beside what is read of them: what is not rewritten stays as it was, also fields unknown here.
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
message Attribute { string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated int64 ints = 8; int32 type = 20; }
message Tensor {
  repeated int64 dims = 1;
  int32 data_type = 2;
  repeated float float_data = 4;
  repeated int64 int64_data = 7;
  string name = 8;
  bytes raw_data = 9;
}
message Value { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dimension dim = 1; }
message Dimension { int64 dim_value = 1; }
`;
const FLOAT = 1;
const INT64 = 7;

export type Attribute = {
  readonly name: string;
  readonly type: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
};

/** What the graph is given: numbers of single precision. */
export type Input = { readonly name: string; readonly dims: readonly number[] };

export type Node = {
  readonly op_type: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly Attribute[];
  /** The node as the file has it; absent where it was made or changed here. */
  readonly raw?: Uint8Array;
};

/** Weights, or a shape (`ints`); others are not looked into. */
export type Weight = {
  readonly dims: readonly number[];
  readonly floats?: Float32Array;
  readonly ints?: readonly number[];
  readonly raw?: Uint8Array;
};

export type Graph = {
  readonly nodes: readonly Node[];
  readonly weights: ReadonlyMap<string, Weight>;
  /** A changed one is written anew. */
  readonly inputs: readonly Input[];
  /** Names of the graph's results. */
  readonly outputs: readonly string[];
};

/** Lets `change` see a model's graph; the model comes back with the graph that it answers. */
export function editModel(bytes: Uint8Array, change: (graph: Graph) => Graph): Uint8Array {
  const { root } = protobuf.parse(SCHEMA, { keepCase: true });
  const [modelType, nodeType, tensorType, valueType] = ['Model', 'Node', 'Tensor', 'Value'].map((name) =>
    root.lookupType(`onnx.${name}`),
  ) as [protobuf.Type, protobuf.Type, protobuf.Type, protobuf.Type];
  const model = modelType.decode(bytes) as unknown as {
    readonly graph: Record<'node' | 'initializer' | 'input' | 'output', Uint8Array[]>;
  };
  const nodes = model.graph.node.map((raw): Node => ({ ...(nodeType.decode(raw) as unknown as Node), raw }));
  const weights = new Map<string, Weight>();
  for (const raw of model.graph.initializer) {
    const tensor = tensorType.decode(raw) as unknown as Tensor;
    weights.set(tensor.name, { ...readWeight(tensor), raw });
  }
  const outputs = model.graph.output.map((raw) => (valueType.decode(raw) as unknown as { name: string }).name);
  const inputs = model.graph.input.map((raw) => readInput(valueType.decode(raw) as unknown as Value));
  const changed = change({ nodes, weights, inputs, outputs });
  const input = changed.inputs.map((each) => {
    const place = inputs.indexOf(each);
    return place < 0 ? valueType.encode(valueType.fromObject(toValue(each))).finish() : model.graph.input[place]!;
  });
  const output = model.graph.output.filter((_, i) => changed.outputs.includes(outputs[i]!));
  const node = changed.nodes.map((each) => each.raw ?? nodeType.encode(nodeType.fromObject(each)).finish());
  const used = new Set([...changed.nodes.flatMap((each) => each.input), ...changed.outputs]);
  const initializer = [...changed.weights]
    .filter(([name]) => used.has(name))
    .map(([name, weight]) => weight.raw ?? tensorType.encode(tensorType.fromObject(toTensor(name, weight))).finish());
  return modelType.encode({ ...model, graph: { ...model.graph, node, initializer, input, output } }).finish();
}

type Value = {
  readonly name: string;
  readonly type?: {
    readonly tensor_type?: { readonly shape?: { readonly dim: readonly { readonly dim_value: unknown }[] } };
  };
};

function readInput({ name, type }: Value): Input {
  return { name, dims: type?.tensor_type?.shape?.dim.map(({ dim_value }) => Number(dim_value)) ?? [] };
}

function toValue({ name, dims }: Input) {
  const dim = dims.map((dim_value) => ({ dim_value }));
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } };
}

type Tensor = {
  readonly name: string;
  readonly dims: readonly { toString(): string }[];
  readonly data_type: number;
  readonly float_data: readonly number[];
  readonly int64_data: readonly { toString(): string }[];
  readonly raw_data: Uint8Array;
};

function readWeight({ dims, data_type, float_data, int64_data, raw_data }: Tensor): Weight {
  const sides = dims.map(Number);
  // Copied: the bytes in the file need not be aligned.
  const copy = Uint8Array.from(raw_data).buffer;
  if (data_type === FLOAT)
    return { dims: sides, floats: raw_data.length > 0 ? new Float32Array(copy) : Float32Array.from(float_data) };
  if (data_type === INT64)
    return {
      dims: sides,
      ints: raw_data.length > 0 ? [...new BigInt64Array(copy)].map(Number) : int64_data.map(Number),
    };
  return { dims: sides };
}

function toTensor(name: string, { dims, floats }: Weight) {
  const values = floats ?? new Float32Array();
  return {
    name,
    dims,
    data_type: FLOAT,
    raw_data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}
