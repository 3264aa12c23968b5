import { dirname } from 'node:path';
import { fetchSources, npmPack } from '../fetch.ts';
import { type Entry, loadManifest } from '../manifest.ts';

/** The source files of an entry as npm hands them out, verified, in the manifest's order. */
export async function fetchEntry(entry: Entry): Promise<readonly Buffer[]> {
  const source = loadManifest().packages.find((each) => each.name === entry.source.package);
  if (!source) throw new Error(`the manifest lists no package ${entry.source.package}`);
  const project = dirname(dirname(import.meta.dirname));
  const files = await fetchSources(source, [entry], npmPack(project, process.env));
  return entry.source.files.map((file) => files.get(file.path)!);
}
