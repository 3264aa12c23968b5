import { z } from 'zod';
import { ModelError } from '../contract.ts';

const QuantizationSchema = z.object({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
});

export const WeightSchema = z.object({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  dtype: z.string(),
  quantization: QuantizationSchema.optional(),
});

type WeightSpecification = z.infer<typeof WeightSchema>;

/** A value known before the network runs. Axes in TensorFlow's order; `shape` [] is a scalar. */
export type Constant = {
  readonly kind: 'constant';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
};

/**
 * Cuts the binary file of a TFJS graph model into its weights, which lie back to back in the order of the list.
 * Affine quantisation (`q * scale + min`) and float16 are undone. Throws ModelError `model-corrupt` when the file's
 * length does not fit, `model-unsupported` for another type of number.
 */
export function decodeWeights(list: readonly WeightSpecification[], binary: Buffer): ReadonlyMap<string, Constant> {
  const constants = new Map<string, Constant>();
  let offset = 0;
  for (const weight of list) {
    const count = weight.shape.reduce((product, size) => product * size, 1);
    const stored = weight.quantization?.dtype ?? weight.dtype;
    const decode = DECODERS[stored];
    const numeric = weight.dtype === 'float32' || weight.dtype === 'int32';
    if (!decode || !numeric) throw new ModelError('model-unsupported', `weight ${weight.name} is stored as ${stored}`);
    const end = offset + count * decode.bytes;
    if (end > binary.length) {
      throw new ModelError('model-corrupt', `the weights end at byte ${binary.length}, inside ${weight.name}`);
    }
    const view = new DataView(binary.buffer, binary.byteOffset + offset, end - offset);
    constants.set(weight.name, { kind: 'constant', shape: weight.shape, data: readAll(weight, view, count, decode) });
    offset = end;
  }
  if (offset !== binary.length) {
    throw new ModelError(
      'model-corrupt',
      `the weights are ${binary.length} bytes long, their list describes ${offset}`,
    );
  }
  return constants;
}

type Decoder = { readonly bytes: number; readonly read: (view: DataView, offset: number) => number };

const DECODERS: Readonly<Record<string, Decoder>> = {
  float32: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  int32: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) },
  uint16: { bytes: 2, read: (view, offset) => view.getUint16(offset, true) },
  uint8: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  float16: { bytes: 2, read: (view, offset) => fromHalf(view.getUint16(offset, true)) },
};

function readAll(weight: WeightSpecification, view: DataView, count: number, decoder: Decoder): Constant['data'] {
  const { scale = 1, min = 0 } = weight.quantization ?? {};
  const whole = weight.dtype === 'int32';
  const data = whole ? new Int32Array(count) : new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const value = decoder.read(view, index * decoder.bytes) * scale + min;
    data[index] = whole ? Math.round(value) : value;
  }
  return data;
}

/** IEEE 754 binary16. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
