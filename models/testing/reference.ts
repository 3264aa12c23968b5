import * as tf from '@tensorflow/tfjs';

export type Outputs = ReadonlyMap<string, Float32Array>;

type GraphJson = {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: tf.io.WeightsManifestEntry[] }[];
  readonly signature?: { readonly outputs?: Record<string, { readonly name: string }> };
};

/** What TensorFlow.js itself, on its plain processor backend, computes with a graph model: the converter's judge. */
export async function runTfjs(
  json: Buffer,
  weights: Buffer,
  shape: readonly number[],
  input: Float32Array,
  outputs: readonly string[],
): Promise<Outputs> {
  tf.enableProdMode(); // no banner
  await tf.setBackend('cpu');
  const { modelTopology, weightsManifest, signature } = JSON.parse(json.toString('utf8')) as GraphJson;
  const model = await tf.loadGraphModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: weightsManifest.flatMap((group) => group.weights),
      weightData: new Uint8Array(weights).buffer,
      format: 'graph-model',
    }),
  );
  const nodes = outputs.map((name) => signature?.outputs?.[name]?.name ?? name);
  const picture = tf.tensor(input, [...shape]);
  const answer = model.execute(picture, nodes);
  const tensors = Array.isArray(answer) ? answer : [answer];
  const results = new Map(outputs.map((name, index) => [name, Float32Array.from(tensors[index]!.dataSync())]));
  tf.dispose([picture, ...tensors]);
  model.dispose();
  return results;
}

/** The largest difference of two lists of numbers, NaN if they differ in length. */
export function largestDifference(left: Float32Array | undefined, right: Float32Array | undefined): number {
  if (!left || !right || left.length !== right.length) return Number.NaN;
  return left.reduce((largest, value, index) => Math.max(largest, Math.abs(value - right[index]!)), 0);
}
