import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ModelError } from './contract.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in 64 lower-case hexadecimal digits');
const Integrity = z
  .string()
  .regex(/^sha512-[A-Za-z0-9+/]{86}==$/, 'an npm integrity: sha512- and 88 characters of base64');
/** Relative, below its root, with forward slashes: a manifest never names a file elsewhere on the disk. */
const RelativePath = z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/, 'a relative path');

const PackageSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+/, 'an exact version'),
  /** Of the whole tarball, as the registry and package-lock.json write it. */
  integrity: Integrity,
  /** As package.json declares it; an entry's own licence may differ. */
  licence: z.string().min(1),
});

const TensorSchema = z.strictObject({
  name: z.string().min(1),
  shape: z.array(z.number().int()),
  layout: z.enum(['NHWC', 'NCHW', 'vector']).optional(),
  /** What the numbers are: channel order, normalisation, units. */
  values: z.string().min(1),
});

const EntrySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** Output, below the models directory. */
  file: RelativePath,
  /** Of the output. Every recipe is deterministic, so this also says whether the file is already built. */
  sha256: Sha256,
  recipe: z.enum(['copy', 'flush-denormals', 'tfjs-graph', 'canonical-face']),
  source: z.strictObject({
    package: z.string().min(1),
    files: z.array(z.strictObject({ path: RelativePath, sha256: Sha256 })).min(1),
  }),
  licence: z.string().min(1),
  provenance: z.string().min(1),
  inputs: z.array(TensorSchema).optional(),
  outputs: z.array(TensorSchema).optional(),
  threshold: z.strictObject({ value: z.number(), measuredOn: z.string().min(1) }).optional(),
});

const ManifestSchema = z
  .strictObject({ packages: z.array(PackageSchema), entries: z.array(EntrySchema).min(1) })
  .superRefine((manifest, context) => {
    const names = new Set(manifest.packages.map((each) => each.name));
    const seen = new Set<string>();
    for (const [index, entry] of manifest.entries.entries()) {
      const complain = (message: string) =>
        context.addIssue({ code: 'custom', path: ['entries', index, entry.id], message });
      if (!names.has(entry.source.package)) complain(`package ${entry.source.package} is not in packages`);
      for (const key of [`id ${entry.id}`, `file ${entry.file}`]) {
        if (seen.has(key)) complain(`${key} occurs twice`);
        seen.add(key);
      }
    }
  });

/** An npm package whose tarball holds weights or pictures; never installed as a dependency. */
export type PackageSource = z.infer<typeof PackageSchema>;
/** One file of the models directory, and how it comes about. */
export type Entry = z.infer<typeof EntrySchema>;
export type Manifest = z.infer<typeof ManifestSchema>;

/** Throws ModelError `model-corrupt` that names every offending place. */
export function parseManifest(value: unknown, name = 'manifest'): Manifest {
  const parsed = ManifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ModelError('model-corrupt', `${name}: ${z.prettifyError(parsed.error)}`);
}

/** The manifest of this project, `models/manifest.json`. */
export function loadManifest(): Manifest {
  const path = join(import.meta.dirname, 'manifest.json');
  return parseManifest(JSON.parse(readFileSync(path, 'utf8')), 'models/manifest.json');
}

/** Throws ModelError `model-missing` for an id that the manifest does not know. */
export function findEntry(manifest: Manifest, id: string): Entry {
  const entry = manifest.entries.find((each) => each.id === id);
  if (entry) return entry;
  const known = manifest.entries.map((each) => each.id).join(', ');
  throw new ModelError('model-missing', `the manifest knows no model ${id}; it knows ${known}`);
}
