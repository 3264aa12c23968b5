import { onScopeDispose, ref, shallowRef } from 'vue';
import type { ScreenState } from '../../contract.ts';

/** What the kiosk wants to be shown, as it comes, and whether it can be heard now. */
export function useConnection() {
  const state = shallowRef<ScreenState>({ store: '', kind: 'idle' });
  const connected = ref(true);
  const events = new EventSource('/events');
  events.addEventListener('open', () => {
    connected.value = true;
  });
  events.addEventListener('error', () => {
    connected.value = false;
    // What is not known to be true any more is not shown, least of all a name.
    state.value = { store: state.value.store, kind: 'idle' };
  });
  events.addEventListener('state', (event) => {
    state.value = JSON.parse((event as MessageEvent<string>).data) as ScreenState;
  });
  onScopeDispose(() => events.close());
  return { state, connected };
}

export type Answer = { readonly verification: string; readonly given?: boolean; readonly accessible?: boolean };

/** Tells the kiosk what the person touched. @returns whether it was taken. */
export async function sendAnswer(answer: Answer): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  return fetch('/consent', { method: 'POST', headers, body: JSON.stringify(answer) }).then(
    (response) => response.ok,
    () => false,
  );
}
