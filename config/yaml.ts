import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { keysAt, wordsAt } from './shape.ts';

export type ConfigCode = 'config-missing' | 'config-invalid';

/** What is wrong with a configuration file: one line a problem, each `FILE:LINE: what`. Never repeats a value. */
export class ConfigError extends Error {
  readonly code: ConfigCode;
  constructor(code: ConfigCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
    this.code = code;
  }
}

/** Reads one YAML file and checks it against a schema. @returns the value, or every problem of it as one ConfigError. */
export function readYamlConfig<S extends z.ZodType>(path: string, schema: S): z.output<S> | ConfigError {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (cause as Error).message;
    return new ConfigError('config-missing', `${path}: ${why}`, { cause });
  }
  return parseYamlConfig(text, path, schema);
}

/** The same for text that was read already; `name` stands for the file in the messages. */
export function parseYamlConfig<S extends z.ZodType>(text: string, name: string, schema: S): z.output<S> | ConfigError {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => `${name}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
    return new ConfigError('config-invalid', problems.join('\n'));
  }
  let plain: unknown;
  try {
    plain = document.toJS() ?? {};
  } catch (cause) {
    return new ConfigError('config-invalid', `${name}:1: ${(cause as Error).message}`, { cause });
  }
  const parsed = schema.safeParse(plain);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => tell(issue, schema, document));
  const told = problems.map(({ offset, text }) => ({ line: Math.max(1, lines.linePos(offset).line), text }));
  told.sort((a, b) => a.line - b.line);
  return new ConfigError('config-invalid', told.map(({ line, text }) => `${name}:${line}: ${text}`).join('\n'));
}

type Problem = { readonly offset: number; readonly text: string };
type Path = readonly PropertyKey[];

/** One schema issue in words, at its place in the text. */
function tell(issue: z.core.$ZodIssue, schema: z.ZodType, document: Document, base: Path = []): readonly Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      offset: offsetOf(document, [...path, key]),
      text: `unknown key "${key}"${within(path)}${choice(key, keysAt(schema, path), 'keys')}`,
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The option that the file came nearest to says most about what was meant.
    const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
    return closest.flatMap((inner) => tell(inner, schema, document, path));
  }
  if (path.length > 0 && !document.hasIn(path)) {
    const above = path.slice(0, -1);
    return [{ offset: offsetOf(document, above), text: `missing key "${String(path.at(-1))}"${within(above)}` }];
  }
  return [
    { offset: offsetOf(document, path), text: `${dotted(path)}: ${valueProblem(issue, schema, document, path)}` },
  ];
}

function valueProblem(issue: z.core.$ZodIssue, schema: z.ZodType, document: Document, path: Path): string {
  const words = wordsAt(schema, path);
  if (words.length === 0 || (issue.code !== 'invalid_value' && issue.code !== 'invalid_union')) return issue.message;
  return `not one of the values known here${choice(String(document.getIn(path)), words, 'values')}`;
}

function choice(word: string, candidates: readonly string[], kind: string): string {
  const near = nearest(word, candidates);
  if (near) return `: did you mean "${near}"?`;
  return candidates.length > 0 ? `; the ${kind} here are: ${candidates.join(', ')}` : '';
}

const dotted = (path: Path): string => (path.length > 0 ? path.map(String).join('.') : 'the file');
const within = (path: Path): string => (path.length > 0 ? ` in ${dotted(path)}` : '');

/** Where in the text a path starts: at its key where it has one, else at its value, else at what holds it. */
function offsetOf(document: Document, path: Path): number {
  if (path.length === 0) return isNode(document.contents) ? (document.contents.range?.[0] ?? 0) : 0;
  const above = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(above)) {
    const pair = above.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
    if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
  }
  const node = document.getIn(path, true);
  return isNode(node) && node.range ? node.range[0] : offsetOf(document, path.slice(0, -1));
}
