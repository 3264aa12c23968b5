import { join } from 'node:path';
import { compareEmbeddings } from '../models/embed.ts';
import { backendRefusal } from './backend.ts';
import {
  type EqualError,
  equalError,
  errorsAt,
  type OperatingPoint,
  type Scores,
  type TrueAccepts,
  tarAtFar,
} from './comparison.ts';
import { type Eyes, embed, lookAt } from './look.ts';
import type { Progress } from './progress.ts';
import { type PairRow, readTable } from './tables.ts';

/** What is kept of one picture. */
type Template = { readonly embedding?: Float32Array; readonly fault?: string };

/** Error rates over some of a table's pairs. */
export type Comparison = {
  readonly genuine: number;
  readonly impostor: number;
  /** Pairs one of whose pictures showed no face: neither compared nor counted. */
  readonly notCompared: number;
  readonly eer: EqualError;
  readonly tars: readonly TrueAccepts[];
  /** At the thresholds that are shipped. */
  readonly shipped: readonly OperatingPoint[];
};

export type MatchingResult = {
  readonly pictures: number;
  /** Pictures without a face. */
  readonly faceless: number;
  /** Pictures that the table calls truncated, and which of them the gate refused (no face is a refusal too). */
  readonly truncated: readonly TruncatedFace[];
  /** Whole pictures that the gate refused, by reason: turned and cut-off ones are in the set. */
  readonly refusedWhole: Readonly<Record<string, number>>;
  /** All pairs of whole pictures. */
  readonly whole: Comparison;
  /** Pairs whose two pictures passed the gate. */
  readonly gated: Comparison;
};

/** `refused`: why the gate refused it; `backend`: why the backend's own check of a still did. */
export type TruncatedFace = { readonly file: string; readonly refused?: string; readonly backend?: string };

const RATES = [1e-2, 1e-3] as const;

/** Comparison scores of a table's pairs. `thresholds`: the shipped ones, to be judged on this set. */
export async function measureMatching(
  directory: string,
  name: 'casia' | 'lfw',
  thresholds: readonly number[],
  eyes: Eyes,
  progress: Progress,
): Promise<MatchingResult> {
  const rows = await readTable(directory, name);
  const files = [...new Set(rows.flatMap(({ a, b }) => [a, b]))].sort();
  const templates = new Map<string, Template>();
  for (const [index, file] of files.entries()) {
    templates.set(file, await templateOf(eyes, join(directory, 'pairs', file)));
    progress(`matching ${name}`, index + 1, files.length);
  }
  const result = compareTemplates(rows, templates, thresholds);
  const truncated: TruncatedFace[] = [];
  for (const face of result.truncated) {
    const backend = await backendRefusal(eyes, join(directory, 'pairs', face.file));
    truncated.push({ ...face, ...(backend && { backend }) });
  }
  return { ...result, truncated };
}

async function templateOf(eyes: Eyes, path: string): Promise<Template> {
  const look = await lookAt(eyes, path);
  if (!look) return { fault: 'no-face' };
  return { embedding: await embed(eyes, look), ...(look.fault && { fault: look.fault }) };
}

/** Pure: every figure from the pairs and the pictures' templates. */
export function compareTemplates(
  rows: readonly PairRow[],
  templates: ReadonlyMap<string, Template>,
  thresholds: readonly number[],
): MatchingResult {
  const cut = truncatedIn(rows);
  const whole = rows.filter(({ a, b }) => !cut.has(a) && !cut.has(b));
  const passed = (file: string) => templates.get(file)?.fault === undefined;
  const faults = [...templates].flatMap(([file, { fault }]) => (fault && !cut.has(file) ? [fault] : []));
  return {
    pictures: templates.size,
    faceless: [...templates.values()].filter((template) => !template.embedding).length,
    truncated: [...cut].sort().map((file) => {
      const refused = templates.get(file)?.fault;
      return { file, ...(refused && { refused }) };
    }),
    refusedWhole: Object.fromEntries(
      [...new Set(faults)].sort().map((fault) => [fault, faults.filter((each) => each === fault).length]),
    ),
    whole: compare(whole, templates, thresholds),
    gated: compare(
      whole.filter(({ a, b }) => passed(a) && passed(b)),
      templates,
      thresholds,
    ),
  };
}

/** The table marks pairs; a picture is truncated when every genuine pair of it is marked. */
export function truncatedIn(rows: readonly PairRow[]): ReadonlySet<string> {
  const marked = new Map<string, boolean>();
  for (const { a, b, same, truncated } of rows)
    if (same) for (const file of [a, b]) marked.set(file, (marked.get(file) ?? true) && truncated === true);
  return new Set([...marked].flatMap(([file, always]) => (always ? [file] : [])));
}

function compare(
  rows: readonly PairRow[],
  templates: ReadonlyMap<string, Template>,
  thresholds: readonly number[],
): Comparison {
  const scored = rows.flatMap(({ a, b, same }) => {
    const [one, other] = [templates.get(a)?.embedding, templates.get(b)?.embedding];
    return one && other ? [{ same, score: compareEmbeddings(one, other) }] : [];
  });
  const scores: Scores = {
    genuine: scored.filter((each) => each.same).map((each) => each.score),
    impostor: scored.filter((each) => !each.same).map((each) => each.score),
  };
  return {
    genuine: scores.genuine.length,
    impostor: scores.impostor.length,
    notCompared: rows.length - scored.length,
    eer: equalError(scores),
    tars: RATES.map((far) => tarAtFar(scores, far)),
    shipped: thresholds.map((threshold) => errorsAt(scores, threshold)),
  };
}
