import type { ScreenState } from '../contract.ts';

export type ScreenHub = ReturnType<typeof createScreenHub>;

/** A question needs longer to be read and answered than a result, milliseconds; it shows nothing of the person. */
const OFFER_MS = 20_000;

/** What the screen shows now, for every page that is open; a result goes by itself, and with it everything personal. */
export function createScreenHub(store: string, resultMs: number) {
  const listeners = new Set<(state: ScreenState) => void>();
  let fault: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let state: ScreenState = { store, kind: 'idle' };

  const rest = (): ScreenState => (fault ? { store, kind: 'out-of-order', code: fault } : { store, kind: 'idle' });
  const isResting = () => state.kind === 'idle' || state.kind === 'out-of-order';
  const set = (next: ScreenState) => {
    clearTimeout(timer);
    state = next;
    for (const listener of listeners) listener(next);
    if (next.kind !== 'result' && next.kind !== 'paired') return;
    const offers = next.kind === 'result' && next.again !== undefined;
    timer = setTimeout(() => set(rest()), offers ? Math.max(OFFER_MS, resultMs) : resultMs);
    timer.unref();
  };
  return {
    show: set,
    /** Nobody is at the kiosk any more. */
    rest: (): void => set(rest()),
    /** Why the kiosk cannot serve anybody; shown as soon as nobody stands before it. */
    outOfOrder(code: string | undefined): void {
      if (fault === code) return;
      fault = code;
      if (isResting()) set(rest());
    },
    now: () => state,
    /** Whether the screen offers another try of this verification. */
    isOffered: (verification: string): boolean => state.kind === 'result' && state.again === verification,
    listen(listener: (state: ScreenState) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
