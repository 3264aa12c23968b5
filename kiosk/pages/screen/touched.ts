import { type Ref, ref, watch } from 'vue';
import type { ScreenState } from '../../contract.ts';

export type Touched = 'agree' | 'other-way' | 'again';

/**
 * What the person touched and the kiosk has not taken up yet, so that the page answers at once. It is forgotten when
 * the kiosk shows something else, or did not take it.
 */
export function useTouched(state: Readonly<Ref<ScreenState>>) {
  const touched = ref<Touched>();
  watch(
    () => [state.value.kind, 'verification' in state.value && state.value.verification].join(),
    () => {
      touched.value = undefined;
    },
  );
  return {
    touched,
    /** @param send tells the kiosk; without it, nobody needs to know. */
    async touch(what: Touched, send?: () => Promise<boolean>): Promise<void> {
      if (touched.value) return;
      touched.value = what;
      if (send && !(await send())) touched.value = undefined;
    },
  };
}
