import { type AttributeProto, encodeOnnx, FLOAT, INT64, type NodeProto, type TensorProto } from './onnx-schema.ts';
import type { Constant } from './tfjs-weights.ts';

/**
 * A tensor computed by the network. `shape` has TensorFlow's axes (N H W C if there are four); in the ONNX graph the
 * axes lie as `layout` says: pictures inside the network are NCHW, everything else `plain`, as in TensorFlow.
 */
export type Feature = {
  readonly kind: 'feature';
  readonly name: string;
  readonly shape: readonly number[];
  readonly layout: 'nchw' | 'plain';
};

export type Value = Constant | Feature;

/** A bare number is an integer; ONNX tells them apart. */
export type Attributes = Readonly<Record<string, number | readonly number[] | string>>;

/** AttributeProto.AttributeType */
const ATTRIBUTE = { int: 2, string: 3, ints: 7 };
const OPSET = 17;
const IR_VERSION = 8;

export const TO_NCHW = [0, 3, 1, 2] as const;
export const TO_NHWC = [0, 2, 3, 1] as const;

/** Collects the nodes and weights of one ONNX graph, in order. */
export class GraphBuilder {
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: { name: string; shape: readonly number[] }[] = [];
  readonly #outputs: { name: string; shape: readonly number[] }[] = [];
  /** A tensor that several nodes read is transposed once. */
  readonly #transposed = new Map<string, Feature>();

  addInput(name: string, shape: readonly number[]): Feature {
    this.#inputs.push({ name, shape });
    return { kind: 'feature', name, shape, layout: 'plain' };
  }

  /** `label` is the TensorFlow node that this one stems from. Returns the name of the result. */
  add(label: string, operation: string, input: readonly string[], attributes: Attributes = {}): string {
    const output = `${operation}_${this.#nodes.length}`;
    this.#push(label, operation, input, output, attributes);
    return output;
  }

  addFloats(shape: readonly number[], data: Float32Array): string {
    return this.#initialize('weight', shape, FLOAT, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }

  addIntegers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#initialize('integers', [values.length], INT64, Buffer.from(data.buffer));
  }

  addOutput(name: string, value: Feature): void {
    const plain = this.toPlain(value);
    this.#push(name, 'Identity', [plain.name], name, {});
    this.#outputs.push({ name, shape: plain.shape });
  }

  toNchw(value: Feature): Feature {
    return value.layout === 'nchw' || value.shape.length !== 4 ? value : this.#transpose(value, TO_NCHW, 'nchw');
  }

  toPlain(value: Feature): Feature {
    return value.layout === 'plain' ? value : this.#transpose(value, TO_NHWC, 'plain');
  }

  finish(name: string): Buffer {
    return encodeOnnx({
      ir_version: IR_VERSION,
      producer_name: 'liveness-kiosk',
      opset_import: [{ domain: '', version: OPSET }],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs.map(describeEnd),
        output: this.#outputs.map(describeEnd),
      },
    });
  }

  #push(label: string, op_type: string, input: readonly string[], output: string, attributes: Attributes): void {
    const attribute = Object.entries(attributes).map(([name, value]) => describeAttribute(name, value));
    this.#nodes.push({ name: `${label}/${output}`, op_type, input, output: [output], attribute });
  }

  #initialize(prefix: string, dims: readonly number[], data_type: number, raw_data: Buffer): string {
    const name = `${prefix}_${this.#initializers.length}`;
    this.#initializers.push({ name, dims, data_type, raw_data });
    return name;
  }

  #transpose(value: Feature, perm: readonly number[], layout: Feature['layout']): Feature {
    const known = this.#transposed.get(value.name);
    if (known) return known;
    const name = this.add(value.name, 'Transpose', [value.name], { perm });
    const result: Feature = { ...value, name, layout };
    this.#transposed.set(value.name, result);
    this.#transposed.set(name, value);
    return result;
  }
}

function describeAttribute(name: string, value: number | readonly number[] | string): AttributeProto {
  if (typeof value === 'string') return { name, type: ATTRIBUTE.string, s: Buffer.from(value) };
  if (typeof value === 'number') return { name, type: ATTRIBUTE.int, i: value };
  return { name, type: ATTRIBUTE.ints, ints: value };
}

function describeEnd({ name, shape }: { name: string; shape: readonly number[] }) {
  return {
    name,
    type: { tensor_type: { elem_type: FLOAT, shape: { dim: shape.map((dim_value) => ({ dim_value })) } } },
  };
}
