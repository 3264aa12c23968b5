import { onScopeDispose, readonly, ref } from 'vue';

/** The time by `performance.now()`, four times a second: no clock that somebody sets. */
export function useTicking() {
  const now = ref(performance.now());
  const timer = setInterval(() => {
    now.value = performance.now();
  }, 250);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}

export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1000));
