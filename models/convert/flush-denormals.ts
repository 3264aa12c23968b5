import { ModelError } from '../contract.ts';
import { decodeOnnx, FLOAT } from './onnx-schema.ts';

/** Far above the float32 denormals (1.2e-38), so that products of small weights stay clear of them too. */
const SMALLEST = 1e-30;

/**
 * The model with every float weight under 1e-30 set to zero. Denormal arithmetic is done in microcode: the face
 * embedder takes 79 ms with its own weights and 19 ms without its denormals, with the same output.
 *
 * The weights are overwritten where they lie in the encoded file, so that everything else in it stays as it was, also
 * fields that our schema does not know. Throws ModelError `model-unsupported` if a tensor is not stored as raw bytes.
 */
export function flushDenormals(model: Buffer, name: string): Buffer {
  const copy = Buffer.from(model);
  for (const tensor of decodeOnnx(copy).graph.initializer) {
    if (tensor.data_type !== FLOAT) continue;
    const raw = tensor.raw_data;
    if (!raw || raw.buffer !== copy.buffer) {
      throw new ModelError('model-unsupported', `${name}: weight ${tensor.name} is not stored as raw bytes`);
    }
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    for (let offset = 0; offset < view.byteLength; offset += 4) {
      if (Math.abs(view.getFloat32(offset, true)) < SMALLEST) view.setFloat32(offset, 0, true);
    }
  }
  return copy;
}
