/** Where the peers lie, and which of their builds runs here. They are CommonJS, and their builds are no exports. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Tensor = { dispose(): void };
export type Tf = {
  tensor(values: Uint8Array, shape: readonly number[], type: 'int32'): Tensor;
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
};
type Library = { readonly Human: new (config: object) => unknown };

const require = createRequire(import.meta.url);
const dist = (name: string) => dirname(require.resolve(name));
const folderOf = (name: string) => dirname(dist(name));

export const PEERS = {
  wasm: `${dist('@tensorflow/tfjs-backend-wasm')}/`,
  humanModels: `${pathToFileURL(join(folderOf('@vladmandic/human'), 'models'))}/`,
  faceApiModels: join(folderOf('@vladmandic/face-api'), 'model'),
  version: (name: string): string => JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8')).version,
  human() {
    const backend = hasNative() ? 'tensorflow' : 'wasm';
    const build = hasNative() ? 'human.node.js' : 'human.node-wasm.js';
    return { backend, library: require(join(dist('@vladmandic/human'), build)) as Library };
  },
  async faceApi() {
    const tf = require(hasNative() ? '@tensorflow/tfjs-node' : '@tensorflow/tfjs') as Tf;
    const backend = hasNative() ? 'tensorflow' : 'wasm';
    if (!hasNative()) {
      const wasm = require('@tensorflow/tfjs-backend-wasm');
      wasm.setWasmPaths(PEERS.wasm);
      wasm.setThreadsCount(1);
    }
    const build = hasNative() ? 'face-api.node.js' : 'face-api.node-wasm.js';
    const library = require(join(dist('@vladmandic/face-api'), build)) as object;
    tf.enableProdMode();
    await tf.setBackend(backend);
    await tf.ready();
    return { tf, backend, library };
  },
} as const;

/** tfjs-node cannot be had from the package registry alone; where somebody has it, it is the stronger peer. */
function hasNative(): boolean {
  try {
    require.resolve('@tensorflow/tfjs-node');
    return true;
  } catch {
    return false;
  }
}

/** Human loads its models through fetch, which knows no files in Node. */
export function allowFileFetch(): void {
  const network = globalThis.fetch;
  globalThis.fetch = async (input, init) =>
    String(input).startsWith('file:') ? new Response(await readFile(new URL(String(input)))) : network(input, init);
}
