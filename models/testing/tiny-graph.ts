export type TinyNode = {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
};

export type TinyWeight = { readonly shape: readonly number[]; readonly data: Float32Array | Int32Array };

export type TinyGraph = { readonly json: Buffer; readonly weights: Buffer };

const encode = (text: string) => Buffer.from(text).toString('base64');

/** Attributes as protobuf's JSON writes them. */
export const ints = (...values: number[]) => ({ list: { i: values.map(String) } });
export const int = (value: number) => ({ i: String(value) });
export const text = (value: string) => ({ s: encode(value) });
export const texts = (...values: string[]) => ({ list: { s: values.map(encode) } });
export const flag = (value: boolean) => ({ b: value });

/** A TFJS graph model with one input `x`, constants and nodes, for tests that need no more than one operation. */
export function writeTinyGraph(
  input: readonly number[],
  constants: Readonly<Record<string, TinyWeight>>,
  nodes: readonly TinyNode[],
): TinyGraph {
  const sizes = input.map((size) => ({ size: String(size) }));
  const placeholder = {
    name: 'x',
    op: 'Placeholder',
    attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: sizes } } },
  };
  const typed = nodes.map((node) => ({ ...node, attr: { T: { type: 'DT_FLOAT' }, ...node.attr } }));
  const weights = Object.entries(constants).map(([name, { shape, data }]) => {
    const dtype = data instanceof Int32Array ? 'int32' : 'float32';
    return { name, shape, dtype };
  });
  const consts = weights.map(({ name, dtype, shape }) => {
    const type = dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT';
    const dim = shape.map((size) => ({ size: String(size) }));
    return { name, op: 'Const', attr: { dtype: { type }, value: { tensor: { dtype: type, tensorShape: { dim } } } } };
  });
  const model = {
    format: 'graph-model',
    modelTopology: { node: [placeholder, ...consts, ...typed], versions: {} },
    weightsManifest: [{ paths: ['w.bin'], weights }],
  };
  const data = Object.values(constants).map((each) => Buffer.from(each.data.buffer as ArrayBuffer));
  return { json: Buffer.from(JSON.stringify(model)), weights: Buffer.concat(data) };
}
