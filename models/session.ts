import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openCanvas } from './canvas.ts';
import { ModelError, type Picture } from './contract.ts';
import type { Affine, Levels } from './crop.ts';
import { speedUp } from './rewrite/index.ts';

/** A loaded network with one picture as input. */
export type Network = {
  readonly id: string;
  /** Input dimensions, batch first. */
  readonly shape: readonly number[];
  /** `planes` is NCHW, `pixels` is NHWC. */
  readonly layout: 'planes' | 'pixels';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly outputs: readonly string[];
  /**
   * Lets `fill` write the whole input buffer, runs, and answers with the outputs by name. Calls wait for one another.
   * @throws ModelError `model-failed` when the run fails or an output holds a number that is not finite.
   */
  run(fill: (input: Float32Array) => void): Promise<ReadonlyMap<string, Float32Array>>;
  /** The same for a part of a picture, see `cropInto`. */
  look(picture: Picture, affine: Affine, levels: Levels): Promise<ReadonlyMap<string, Float32Array>>;
  close(): Promise<void>;
};

/**
 * Loads an ONNX file for one CPU thread (or `threads`), without its `unwanted` outputs.
 * @throws ModelError `model-corrupt` when the file cannot be loaded, `model-unsupported` when its input is no picture.
 */
export async function openNetwork(
  id: string,
  path: string,
  threads = 1,
  unwanted: readonly string[] = [],
): Promise<Network> {
  const session = await load(id, path, threads, unwanted);
  const { name, shape, layout, width, height } = pictureInput(id, session);
  const canvas = openCanvas(width * height * 3);
  const feeds = { [name]: new Tensor('float32', canvas.pixels, [...shape]) };
  let turn: Promise<unknown> = Promise.resolve();
  const after = (fill: () => void) => {
    // One buffer per network: a second caller must not overwrite it while the first runs.
    const mine = turn.then(async () => {
      fill();
      return collect(id, await runSession(id, session, feeds));
    });
    turn = mine.catch(() => undefined);
    return mine;
  };
  const run = (fill: (input: Float32Array) => void) => after(() => fill(canvas.pixels));
  const look = (picture: Picture, affine: Affine, levels: Levels) =>
    after(() => canvas.cut(picture, affine, { ...levels, width, height, layout }));
  const close = async () => {
    await turn;
    await session.release();
  };
  return { id, shape, layout, width, height, outputs: session.outputNames, run, look, close };
}

async function load(id: string, path: string, threads: number, unwanted: readonly string[]): Promise<InferenceSession> {
  // ONNX Runtime would keep a device id and report to its maker; it reads this when the first session is made.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  try {
    return await InferenceSession.create(speedUp(await readFile(path), unwanted), {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Spinning starves the camera and the screen on two cores; denormal weights make the embedder five times slower.
      extra: { session: { intra_op: { allow_spinning: '0' }, set_denormal_as_zero: '1' } },
    });
  } catch (cause) {
    throw new ModelError('model-corrupt', `model ${id}: ${path} cannot be loaded: ${reason(cause)}`, { cause });
  }
}

function pictureInput(id: string, session: InferenceSession) {
  const inputs = session.inputMetadata;
  const input = inputs[0];
  const shape = input?.isTensor && input.type === 'float32' ? input.shape.map(Number) : [];
  const layout = shape[1] === 3 ? 'planes' : 'pixels';
  const [height, width] = layout === 'planes' ? [shape[2], shape[3]] : [shape[1], shape[2]];
  const batch = shape[0] === 1 && shape.length === 4 && (layout === 'planes' || shape[3] === 3);
  if (inputs.length !== 1 || !input || !batch || !Number.isInteger(width) || !Number.isInteger(height))
    throw new ModelError('model-unsupported', `model ${id}: expected one float32 picture as input, found [${shape}]`);
  return { name: input.name, shape, layout, width: width!, height: height! } as const;
}

async function runSession(id: string, session: InferenceSession, feeds: InferenceSession.FeedsType) {
  try {
    return await session.run(feeds);
  } catch (cause) {
    throw new ModelError('model-failed', `model ${id}: inference failed: ${reason(cause)}`, { cause });
  }
}

function collect(id: string, results: InferenceSession.OnnxValueMapType): Map<string, Float32Array> {
  const outputs = new Map<string, Float32Array>();
  for (const [name, value] of Object.entries(results)) {
    const data = (value as Tensor).data;
    if (!(data instanceof Float32Array))
      throw new ModelError('model-unsupported', `model ${id}: output ${name} is not float32`);
    if (!allFinite(data))
      throw new ModelError('model-failed', `model ${id}: output ${name} holds a number that is not finite`);
    outputs.set(name, data);
  }
  return outputs;
}

/** Are all numbers finite? */
export function allFinite(numbers: Float32Array): boolean {
  // Nothing times a finite number is nothing, and NaN otherwise: a sum without a branch or a boxed number; four sums,
  // since an addition takes as long as four can be begun in.
  let [one, two, three, four] = [0, 0, 0, 0];
  const fours = numbers.length & ~3;
  for (let i = 0; i < fours; i += 4) {
    one += numbers[i]! * 0;
    two += numbers[i + 1]! * 0;
    three += numbers[i + 2]! * 0;
    four += numbers[i + 3]! * 0;
  }
  for (let i = fours; i < numbers.length; i++) one += numbers[i]! * 0;
  return one + two + three + four === 0;
}

/**
 * The only output with `length` numbers.
 * @throws ModelError `model-unsupported` when there is none or more than one.
 */
export function outputOfLength(id: string, outputs: ReadonlyMap<string, Float32Array>, length: number): Float32Array {
  const found = [...outputs.values()].filter((output) => output.length === length);
  if (found.length !== 1)
    throw new ModelError('model-unsupported', `model ${id}: expected one output of ${length} numbers`);
  return found[0]!;
}

const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
