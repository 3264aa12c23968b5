import { z } from 'zod';
import type { Relation } from './contract.ts';
import type { Gateway } from './transaction.ts';

/** Transaction 1901: the insurer's dictionaries, among them what a relation code means. */
const DICTIONARY = '1901';

export const dictionaryOptions = z
  .strictObject({
    /** Varies by province. Without it there are codes and no words. */
    path: z.string().startsWith('/').optional(),
    /** ASSUMED: the dictionary of relation codes goes by the name of the field that holds them. */
    type: z.string().min(1).max(50).default('patn_rlts'),
    /** How long the words are used before they are asked for again, milliseconds. */
    keepMs: z
      .number()
      .int()
      .min(1000)
      .default(24 * 3600_000),
  })
  .prefault({});
export type DictionaryOptions = z.output<typeof dictionaryOptions>;

/**
 * ASSUMED: names of the fields. Only `list` of `type`, `value` and `label` is needed; `label_en` and `version` are used
 * where they are there.
 */
const outputSchema = z.object({
  version: z.union([z.string(), z.number()]).transform(String).nullish(),
  list: z
    .array(
      z.object({
        type: z.string(),
        value: z.union([z.string(), z.number()]).transform(String),
        label: z.string().max(50),
        label_en: z.string().max(50).nullish(),
      }),
    )
    .max(10_000),
});

export type Words = {
  /** Of the dictionary, as far as it says one. */
  readonly version: string | undefined;
  /** Of a code that the dictionary does not have, only the code. */
  relation(code: string): Relation;
  /** All of them, in the dictionary's order. */
  readonly relations: readonly Relation[];
};

const NO_WORDS: Words = { version: undefined, relation: (code) => ({ code }), relations: [] };

/** Words are a help for people, not a part of the answer: without them the codes stand alone. Never rejects. */
export type Dictionary = { words(signal: AbortSignal): Promise<Words> };

/** After a failure nobody is held up by it for so long, milliseconds. */
const PAUSE_MS = 60_000;

export function openDictionary(gateway: Gateway, options: DictionaryOptions, now: () => number): Dictionary {
  let kept: { readonly words: Words; readonly until: number } | undefined;
  return {
    async words(signal) {
      const { path, type, keepMs } = options;
      if (path === undefined) return NO_WORDS;
      if (kept && now() < kept.until) return kept.words;
      const input = { data: { type, version: kept?.words.version ?? '' } };
      const reply = await gateway({ infno: DICTIONARY, path, input, output: outputSchema, signal });
      // Old words are better than none.
      if ('output' in reply) kept = { words: wordsOf(reply.output, type), until: now() + keepMs };
      else kept = { words: kept?.words ?? NO_WORDS, until: now() + PAUSE_MS };
      return kept.words;
    },
  };
}

function wordsOf({ list, version }: z.output<typeof outputSchema>, type: string): Words {
  const entries = list.filter((entry) => entry.type === type && entry.label !== '');
  const relations = entries.map(
    ({ value: code, label: zh, label_en: en }): Relation => (en ? { code, zh, en } : { code, zh }),
  );
  const byCode = new Map(relations.map((relation) => [relation.code, relation]));
  return { version: version ?? undefined, relation: (code) => byCode.get(code) ?? { code }, relations };
}
