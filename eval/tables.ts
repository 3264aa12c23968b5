import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EvaluationError } from './errors.ts';

const Yes = z.enum(['0', '1']).transform((word) => word === '1');
const Degrees = z
  .string()
  .regex(/^[+-]?\d+(\.\d+)?$/)
  .transform(Number);
/** Inside the folder: a table never names a file elsewhere on the disk. */
const File = z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[^/\\][^\\]*$/, 'a path inside the folder');

const poses = z.object({ file: File, person: z.string().min(1), tilt_up_deg: Degrees, pan_deg: Degrees });
const sequences = z.object({
  sequence: z.string().min(1),
  motion: z.enum(['turn-(image-right)', 'turn+(image-left)', 'nod(down,up)']),
  files: z
    .string()
    .min(1)
    .transform((text) => text.split('|')),
});
const pairs = z.object({ a: File, b: File, same: Yes, truncated: Yes.optional() });
const spoof = z.object({ file: File, live: Yes, client: z.string().min(1) });
const films = z.object({
  file: File,
  live: Yes,
  motions: z.string().transform((text) => text.split(',').filter((word) => word !== '')),
});

export type PoseRow = z.output<typeof poses>;
export type SequenceRow = z.output<typeof sequences>;
export type PairRow = z.output<typeof pairs>;
export type FilmRow = z.output<typeof films>;

/** Every table of the data: where it lies in DIR, and what a row holds. */
export const TABLES = {
  poses: { path: 'headpose/poses.tsv', row: poses },
  sequences: { path: 'headpose/sequences.tsv', row: sequences },
  casia: { path: 'pairs/casia.tsv', row: pairs },
  lfw: { path: 'pairs/lfw.tsv', row: pairs },
  nuaa: { path: 'spoof/nuaa.tsv', row: spoof },
  films: { path: 'videos/films.tsv', row: films },
} as const;

/**
 * Reads one of the tables.
 * @throws EvaluationError `data-missing`, or `table-invalid` with file, line and column.
 */
export async function readTable<Name extends keyof typeof TABLES>(
  directory: string,
  name: Name,
): Promise<z.output<(typeof TABLES)[Name]['row']>[]> {
  const { path, row } = TABLES[name];
  const text = await readFile(join(directory, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new EvaluationError(
      'data-missing',
      `${join(directory, path)} cannot be read (${error.code ?? error.message})`,
    );
  });
  return parseTable(path, text, row) as z.output<(typeof TABLES)[Name]['row']>[];
}

/**
 * Tab-separated lines under a line of names; other columns may stand beside the known ones.
 * @throws EvaluationError `table-invalid`.
 */
export function parseTable<Row extends z.ZodType>(path: string, text: string, row: Row): z.output<Row>[] {
  const [head, ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = (head ?? '').split('\t');
  const rows = lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const cells = line.split('\t');
    // An empty last column may have lost its tab.
    const record = Object.fromEntries(names.map((name, column) => [name, cells[column] ?? '']));
    const parsed = cells.length > names.length ? undefined : row.safeParse(record);
    if (parsed?.success) return [parsed.data];
    const why = parsed?.error.issues[0];
    const what = why ? `${why.path.join('.')}: ${why.message}` : `${cells.length} cells under ${names.length} names`;
    throw new EvaluationError('table-invalid', `${path} line ${index + 2}: ${what}`);
  });
  if (rows.length === 0) throw new EvaluationError('table-invalid', `${path} holds no rows`);
  return rows;
}
