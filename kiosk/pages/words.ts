import { en } from './words-en.ts';
import type { Words } from './words-shape.ts';
import { zh } from './words-zh.ts';

export type { Words } from './words-shape.ts';

export const WORDS = { 'zh-CN': zh, en } as const;
export type Language = keyof typeof WORDS;

/** The sentence of a reason; one that this page does not know yet is shown as its code, never as nothing. */
export function reasonText(words: Words, reason: string): string {
  return (words.reasons as Readonly<Record<string, string>>)[reason] ?? reason;
}
