import type { Ended } from '../contract.ts';
import { en } from '../pages/design/words/en.ts';
import { zhCN } from '../pages/design/words/zh-CN.ts';

/** Languages that the interface speaks; Chinese where nothing is asked for. */
const LANGUAGES = { zh: zhCN, en } as const;
type Language = keyof typeof LANGUAGES;

/** The first language of an Accept-Language header that is spoken here. */
export function languageOf(header: string | undefined): Language {
  const asked = (header ?? '').split(',').map((part) => {
    const [tag = '', ...rest] = part.trim().split(';');
    const quality = Number(/^\s*q=([\d.]+)/.exec(rest[0] ?? '')?.[1] ?? 1);
    return { tag: tag.slice(0, 2).toLowerCase(), quality: Number.isNaN(quality) ? 0 : quality };
  });
  const known = asked.filter(({ tag, quality }) => tag in LANGUAGES && quality > 0);
  return (known.sort((a, b) => b.quality - a.quality)[0]?.tag ?? 'zh') as Language;
}

/** One sentence for the cashier: why nothing began, or nothing was changed; nothing where there is none. */
export function refusalOf(code: string, language: Language): string | undefined {
  return (LANGUAGES[language].till.problems as Readonly<Record<string, string>>)[code];
}

/** One sentence for the cashier: how it ended, and why. */
export function sentenceOf({ outcome, reason }: Pick<Ended, 'outcome' | 'reason'>, language: Language): string {
  const words = LANGUAGES[language];
  const why = (words.reasons as Readonly<Record<string, string>>)[reason];
  const colon = language === 'zh' ? '：' : ': ';
  return why === undefined ? words.outcomes[outcome] : `${words.outcomes[outcome]}${colon}${why}`;
}
