import { onScopeDispose, readonly, ref } from 'vue';
import type { ScreenState } from '../../contract.ts';

/** The time of the clock, milliseconds since 1970, four times a second. */
export function useNow() {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, 250);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}

/** 14:05 */
export const clockTime = (at: number, language: string): string =>
  new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });

export type TimeLeft = { readonly share: number; readonly seconds?: number };

/** Time is shown as a quiet ring, in numbers only under 15 seconds. */
export function timeLeft(state: ScreenState, now: number): TimeLeft | undefined {
  if (!('endsAt' in state) || state.endsAt === undefined || !('lifetimeMs' in state)) return undefined;
  const left = Math.max(0, state.endsAt - now);
  const share = Math.min(1, left / state.lifetimeMs);
  return left < 15_000 ? { share, seconds: Math.ceil(left / 1000) } : { share };
}
