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

export type Answer = { readonly verification: string; readonly given?: boolean; readonly accessible?: true };

/** What the person answers to the consent, or the wish for a path without motions. @returns whether it was taken. */
export const sendAnswer = (answer: Answer): Promise<boolean> => post('/consent', answer);

/** The person wants to try once more. @returns whether it begins. */
export const sendAgain = (verification: string): Promise<boolean> => post('/again', { verification });

function post(path: string, body: object): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }).then(
    (response) => response.ok,
    () => false,
  );
}
