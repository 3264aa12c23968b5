import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelError } from './contract.ts';
import { extractCanonicalFace } from './convert/canonical-face.ts';
import { flushDenormals } from './convert/flush-denormals.ts';
import { convertTfjsGraph } from './convert/tfjs-to-onnx.ts';
import { type Download, fetchSources, npmPack, sha256 } from './fetch.ts';
import { type Entry, findEntry, loadManifest, type Manifest, type PackageSource } from './manifest.ts';

const PROJECT = dirname(import.meta.dirname);

export type BuildOptions = {
  /** Where the files go; default `modelsDirectory()`. */
  readonly directory?: string;
  readonly manifest?: Manifest;
  readonly download?: Download;
  /** Told one line per file that had to be built. */
  readonly report?: (line: string) => void;
};

export type BuildReport = {
  readonly directory: string;
  /** Ids. */
  readonly built: readonly string[];
  readonly kept: readonly string[];
  readonly elapsedMs: number;
};

/** Where built weights lie: `.cache/models` of this project unless told otherwise. */
export function modelsDirectory(override?: string): string {
  return override ?? join(PROJECT, '.cache', 'models');
}

/**
 * Fetches, verifies and converts what is not yet in the directory; what is there and has the pinned sha256 stays.
 * A file appears under its name only when it is whole and verified, so that a killed build leaves nothing to believe in.
 * Throws ModelError (see fetchSources; `model-corrupt` also when an output is not the pinned one).
 */
export async function buildModels(options: BuildOptions = {}): Promise<BuildReport> {
  const started = performance.now();
  const directory = modelsDirectory(options.directory);
  const manifest = options.manifest ?? loadManifest();
  const download = options.download ?? npmPack(PROJECT, process.env);
  const report = options.report ?? (() => {});
  const whole = await Promise.all(manifest.entries.map((entry) => isWhole(directory, entry)));
  const missing = manifest.entries.filter((_, index) => !whole[index]);
  const kept = manifest.entries.filter((_, index) => whole[index]);
  const packages = manifest.packages
    .map((source) => ({ source, entries: missing.filter((entry) => entry.source.package === source.name) }))
    .filter(({ entries }) => entries.length > 0);
  const outcomes = await Promise.allSettled(
    packages.map(({ source, entries }) => buildPackage(source, entries, directory, download, report)),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  const ids = (entries: readonly Entry[]) => entries.map((entry) => entry.id);
  return { directory, built: ids(missing), kept: ids(kept), elapsedMs: performance.now() - started };
}

/** Builds what is missing, in silence, and returns the directory: for tests and for programs that start up. */
export async function ensureModels(directory?: string): Promise<string> {
  const report = await buildModels(directory === undefined ? {} : { directory });
  return report.directory;
}

/**
 * Path of a built file after its sha256 was compared with the manifest. Throws ModelError `model-missing` or
 * `model-corrupt` that names the file and the remedy.
 */
export async function verifyModel(directory: string, id: string, manifest = loadManifest()): Promise<string> {
  const entry = findEntry(manifest, id);
  const path = join(directory, entry.file);
  const data = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new ModelError('model-missing', `${path} cannot be read (${error.code}); run \`npm run models\``);
  });
  const found = sha256(data);
  if (found === entry.sha256) return path;
  throw new ModelError(
    'model-corrupt',
    `${path} is damaged: expected sha256 ${entry.sha256}, found ${found} (${data.length} bytes); run \`npm run models\``,
  );
}

async function isWhole(directory: string, entry: Entry): Promise<boolean> {
  const data = await readFile(join(directory, entry.file)).catch(() => undefined);
  return data !== undefined && sha256(data) === entry.sha256;
}

async function buildPackage(
  source: PackageSource,
  entries: readonly Entry[],
  directory: string,
  download: Download,
  report: (line: string) => void,
): Promise<void> {
  const sources = await fetchSources(source, entries, download);
  for (const entry of entries) {
    const files = entry.source.files.map((file) => sources.get(file.path)!);
    await place(directory, entry, produce(entry, files));
    report(`models: ${entry.id} … fetched${entry.recipe === 'copy' ? '' : ', converted'}`);
  }
}

/** Files arrive in the order in which the manifest lists them. */
function produce(entry: Entry, files: readonly Buffer[]): Buffer {
  switch (entry.recipe) {
    case 'copy':
      return files[0]!;
    case 'flush-denormals':
      return flushDenormals(files[0]!, entry.id);
    case 'canonical-face':
      return extractCanonicalFace(files[0]!, files[1]!);
    case 'tfjs-graph':
      return convertTfjsGraph(files[0]!, files[1]!, entry.id);
  }
}

async function place(directory: string, entry: Entry, data: Buffer): Promise<void> {
  const found = sha256(data);
  if (found !== entry.sha256) {
    const message = `${entry.file} came out of recipe ${entry.recipe} differently: expected sha256 ${entry.sha256}, found ${found}; if the recipe was changed on purpose, update models/manifest.json`;
    throw new ModelError('model-corrupt', message);
  }
  const path = join(directory, entry.file);
  const unfinished = `${path}.${process.pid}-${randomUUID().slice(0, 8)}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(unfinished, data, { flush: true });
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}
