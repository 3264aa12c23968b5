import { onScopeDispose, ref, watch } from 'vue';

/** So long nothing happens before a prompt is said in other words, milliseconds. */
const PATIENCE_MS = 5000;

/**
 * How often the person has hesitated at one prompt: 0 at first, one more each time that nothing happened for a while.
 * @param prompt what is asked for now; another one begins anew. @param effort anything that changes while the person tries.
 */
export function useHesitation(prompt: () => string, effort: () => unknown = () => undefined, patienceMs = PATIENCE_MS) {
  const times = ref(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      times.value++;
      wait();
    }, patienceMs);
  };
  watch(
    prompt,
    () => {
      times.value = 0;
      wait();
    },
    { immediate: true },
  );
  watch(effort, wait);
  onScopeDispose(() => clearTimeout(timer));
  return times;
}
