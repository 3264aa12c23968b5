import { onScopeDispose, ref, shallowRef } from 'vue';
import type { ScreenState } from '../../contract.ts';

/** A stream that the kiosk refused is opened again after this, milliseconds; one that broke opens itself. */
const REOPEN_MS = 1000;

/** What the kiosk wants to be shown, as it comes, and whether it can be heard now. */
export function useConnection() {
  const state = shallowRef<ScreenState>({ store: '', kind: 'idle' });
  const connected = ref(true);
  let version: string | undefined;
  let events: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    events = new EventSource('/events');
    events.addEventListener('open', () => {
      connected.value = true;
    });
    events.addEventListener('error', () => {
      connected.value = false;
      // What is not known to be true any more is not shown, least of all a name.
      state.value = { store: state.value.store, kind: 'idle' };
      if (events.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS);
    });
    events.addEventListener('state', (event: MessageEvent<string>) => {
      state.value = JSON.parse(event.data) as ScreenState;
    });
    // The kiosk came back with other pages: this one is of yesterday.
    events.addEventListener('page', ({ data }: MessageEvent<string>) => {
      if (version !== undefined && version !== data) location.reload();
      version = data;
    });
  };
  open();
  onScopeDispose(() => {
    clearTimeout(timer);
    events.close();
  });
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
