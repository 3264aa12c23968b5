import protobuf from 'protobufjs';

/**
 * The part of onnx.proto (ONNX, Apache-2.0; field numbers are the format) that this project reads and writes.
 * Graphs that are changed in place keep all their other fields: see flush-denormals.ts.
 */
const SCHEMA = `
syntax = "proto3";
package onnx;
message ModelProto {
  int64 ir_version = 1;
  string producer_name = 2;
  string producer_version = 3;
  GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message GraphProto {
  repeated NodeProto node = 1;
  string name = 2;
  repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
}
message NodeProto {
  repeated string input = 1;
  repeated string output = 2;
  string name = 3;
  string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message AttributeProto {
  string name = 1;
  float f = 2;
  int64 i = 3;
  bytes s = 4;
  repeated float floats = 7;
  repeated int64 ints = 8;
  int32 type = 20;
}
message TensorProto {
  repeated int64 dims = 1;
  int32 data_type = 2;
  repeated float float_data = 4;
  string name = 8;
  bytes raw_data = 9;
}
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message TypeProto { Tensor tensor_type = 1; }
message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
message TensorShapeProto { repeated Dimension dim = 1; }
message Dimension { int64 dim_value = 1; string dim_param = 2; }
`;

/** TensorProto.DataType */
export const FLOAT = 1;
export const INT64 = 7;

export type TensorProto = {
  readonly name: string;
  readonly dims: readonly (number | bigint)[];
  readonly data_type: number;
  readonly float_data?: readonly number[];
  readonly raw_data?: Uint8Array;
};

export type AttributeProto = {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
};

export type NodeProto = {
  readonly name: string;
  readonly op_type: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeProto[];
};

export type ValueInfoProto = {
  readonly name: string;
  readonly type: {
    readonly tensor_type: {
      readonly elem_type: number;
      readonly shape: { readonly dim: readonly { readonly dim_value: number }[] };
    };
  };
};

export type GraphProto = {
  readonly name: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
};

export type ModelProto = {
  readonly ir_version: number;
  readonly producer_name: string;
  readonly opset_import: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: GraphProto;
};

function modelType(): protobuf.Type {
  return protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('onnx.ModelProto');
}

/** `raw_data` of a decoded tensor is a view into `bytes`, not a copy. */
export function decodeOnnx(bytes: Buffer): ModelProto {
  return modelType().decode(bytes) as unknown as ModelProto;
}

export function encodeOnnx(model: ModelProto): Buffer {
  const type = modelType();
  return Buffer.from(type.encode(type.fromObject(model)).finish());
}
