import { computed, onBeforeUnmount, onMounted, ref, watch } from 'vue';
import { secondsUntil, useTicking } from './time.ts';

/** Milliseconds that a success is shown. */
const CLOSE_MS = 20_000;

/** Closes a page by itself, unless somebody is busy with it. @returns the seconds left; nothing when it stays. */
export function useClosing(closes: boolean, close: () => void) {
  const now = useTicking();
  const at = ref(closes ? now.value + CLOSE_MS : undefined);
  const seconds = computed(() => (at.value === undefined ? undefined : secondsUntil(at.value, now.value)));
  watch(seconds, (left) => {
    if (left === 0) close();
  });
  const stay = () => {
    at.value = undefined;
  };
  onMounted(() => {
    document.addEventListener('keydown', stay);
    document.addEventListener('pointerdown', stay);
  });
  onBeforeUnmount(() => {
    document.removeEventListener('keydown', stay);
    document.removeEventListener('pointerdown', stay);
  });
  return seconds;
}
