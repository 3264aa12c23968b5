import { ref } from 'vue';
import { createTill } from '../../../till/till.ts';
import type { Kept } from './kept.ts';

/** All tries of one call, milliseconds: then the cashier is asked whether to go on. */
const CALL_MS = 12_000;

/** The till's client, on the kiosk that this page came from, and whether the kiosk can be heard now. */
export function openLine(kept: Kept) {
  const connected = ref(true);
  const watched: typeof fetch = async (input, init) => {
    try {
      const response = await fetch(input, init);
      connected.value = true;
      return response;
    } catch (error) {
      if (!init?.signal?.aborted) connected.value = false;
      throw error;
    }
  };
  // The browser may know before a request fails; whether it is right the next request says.
  addEventListener('offline', () => {
    connected.value = false;
  });
  addEventListener('online', () => {
    connected.value = true;
  });
  const till = createTill({
    url: location.origin,
    // Read anew by every request: pairing changes it.
    get key() {
      return kept.key() ?? '';
    },
    fetch: watched,
    callMs: CALL_MS,
  });
  return { till, connected };
}

export type Line = ReturnType<typeof openLine>;
