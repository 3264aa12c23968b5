import type { zhCN } from './zh-CN.ts';

export type Language = 'zh-CN' | 'en';

/** What a language says: the same places as Chinese, each a sentence. */
export type Words = Sentences<typeof zhCN>;

type Sentences<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Sentences<T[Key]> };

/** Every place of a sentence: `screen.idle`, `hints.closer`, … */
export type Place = PlacesOf<Words>;

type PlacesOf<T, Before extends string = ''> = {
  [Key in keyof T & string]: T[Key] extends string ? `${Before}${Key}` : PlacesOf<T[Key], `${Before}${Key}.`>;
}[keyof T & string];
