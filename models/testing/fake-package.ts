import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { type Download, sha256 } from '../fetch.ts';
import type { Entry, Manifest, PackageSource } from '../manifest.ts';

export type FakePackage = { readonly source: PackageSource; readonly tarball: string; readonly download: Download };

/** A real tarball of these files in `directory`, its true integrity, and a download that hands it over. */
export async function packFake(
  directory: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<FakePackage> {
  const tarball = join(directory, 'fake-1.0.0.tgz');
  for (const [path, data] of Object.entries(files)) {
    await mkdir(dirname(join(directory, 'package', path)), { recursive: true });
    await writeFile(join(directory, 'package', path), data);
  }
  await create({ file: tarball, cwd: directory, gzip: true }, ['package']);
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
  const source = { name: 'fake', version: '1.0.0', integrity, licence: 'MIT' };
  return { source, tarball, download: (_, into) => copyTo(tarball, into) };
}

async function copyTo(tarball: string, into: string): Promise<string> {
  const copy = join(into, 'fake-1.0.0.tgz');
  await copyFile(tarball, copy);
  return copy;
}

/** An entry that copies one file of the fake package whose content is `data`. */
export function describeCopy(path: string, data: string | Buffer): Entry {
  const hash = sha256(Buffer.from(data));
  return {
    id: path.replace(/\W/g, '-'),
    file: `out/${path}`,
    sha256: hash,
    recipe: 'copy',
    source: { package: 'fake', files: [{ path, sha256: hash }] },
    licence: 'MIT',
    provenance: 'made by the test',
  };
}

export function describeFake(fake: FakePackage, entries: readonly Entry[]): Manifest {
  return { packages: [fake.source], entries: [...entries] };
}
