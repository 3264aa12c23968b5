import type { WritableComputedRef } from 'vue';
import { createI18n, useI18n } from 'vue-i18n';
import { en } from './en.ts';
import type { Language, Place, Words } from './words.ts';
import { zhCN } from './zh-CN.ts';

export type { Language, Place, Words } from './words.ts';

export const WORDS: Readonly<Record<Language, Words>> = { 'zh-CN': zhCN, en };

/** The plugin for `app.use`: Chinese first. */
export function createWords() {
  return createI18n({ legacy: false, locale: 'zh-CN', fallbackLocale: 'zh-CN', messages: { 'zh-CN': zhCN, en } });
}

/** What an authority knows of a person is for the cashier; the room learns only that there is something to ask. */
export const isPrivate = (reason: string): boolean =>
  /^(police|insurer|bank|guardian)-(?!unavailable$|face-mismatch$)/.test(reason);

/** What is said of a reason on the kiosk's screen where that is not the reason itself: kind, and what to do. */
export function placeAtScreen(reason: string): Place | undefined {
  if (isPrivate(reason)) return 'screen.askCashier';
  return reason in zhCN.reasonsAtScreen ? (`reasonsAtScreen.${reason}` as Place) : undefined;
}

/** `say` gives the sentence of a place in the language that is shown; a place that does not exist is a type error. */
export function useWords() {
  const { t, te, locale } = useI18n({ useScope: 'global' });
  /** The sentence of a reason; one that this page does not know yet is shown as its code, never as nothing. */
  const sayReason = (reason: string): string => (te(`reasons.${reason}`) ? t(`reasons.${reason}`) : reason);
  return {
    language: locale as WritableComputedRef<Language>,
    say: (place: Place, values: Readonly<Record<string, string | number>> = {}): string => t(place, values),
    sayReason,
    /** The same where others in the room read and hear it, too. */
    sayReasonAtScreen: (reason: string): string => {
      const place = placeAtScreen(reason);
      return place ? t(place) : sayReason(reason);
    },
  };
}
