import { editModel } from './onnx.ts';
import { rewritePRelu } from './prelu.ts';
import { widenChannels } from './widen.ts';

/** The same network in a form that onnxruntime computes faster on a processor; results agree to rounding. */
export function speedUp(model: Uint8Array): Uint8Array {
  return editModel(model, (graph) => rewritePRelu(widenChannels(graph)));
}
