/** When a pairing may begin, how often its code may be tried, and how it ends: pure, times in milliseconds. */

export type OpenPairing = {
  readonly id: string;
  readonly endsAt: number;
  readonly triesLeft: number;
};

export type PairingState = {
  readonly open?: OpenPairing;
  /** Pairings in a row that came to nothing. */
  readonly failures: number;
  /** No other begins before. */
  readonly notBefore: number;
};

/** How long a code is shown. */
export const CODE_MS = 90_000;
/** Answers that a code stands for: a guesser has three in a million. */
export const TRIES = 3;

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 3_600_000;
/** After this long without another failure the waits begin anew. */
const FORGET_MS = 86_400_000;

export const NO_PAIRING: PairingState = { failures: 0, notBefore: 0 };

export type Begun =
  | { readonly ok: true; readonly state: PairingState }
  | { readonly ok: false; readonly code: 'pairing-running' | 'pairing-limited'; readonly retryAfterMs: number };

/** `state` must be that of `lapse` at the same time. */
export function begin(state: PairingState, now: number, id: string): Begun {
  if (state.open) return { ok: false, code: 'pairing-running', retryAfterMs: state.open.endsAt - now };
  if (now < state.notBefore) return { ok: false, code: 'pairing-limited', retryAfterMs: state.notBefore - now };
  const failures = now - state.notBefore > FORGET_MS ? 0 : state.failures;
  return { ok: true, state: { ...state, failures, open: { id, endsAt: now + CODE_MS, triesLeft: TRIES } } };
}

/** Spends a try before it is looked at, so that no two answers at once share one. */
export function spend(state: PairingState, id: string): PairingState | undefined {
  if (state.open?.id !== id || state.open.triesLeft === 0) return undefined;
  return { ...state, open: { ...state.open, triesLeft: state.open.triesLeft - 1 } };
}

/** The try was right: whatever went wrong before is forgotten. */
export const succeed = (_: PairingState): PairingState => NO_PAIRING;

/** The try was wrong: the last one ends the pairing. */
export function miss(state: PairingState, now: number, id: string): PairingState {
  return state.open?.id === id && state.open.triesLeft === 0 ? fail(state, now) : state;
}

/** Ends a pairing whose time is over. */
export function lapse(state: PairingState, now: number): PairingState {
  return state.open && now >= state.open.endsAt ? fail(state, now) : state;
}

/** Ends it without blame: the till gave up, or a sale needs the screen. Wrong tries before that still count. */
export function drop(state: PairingState, now: number): PairingState {
  if (!state.open) return state;
  if (state.open.triesLeft < TRIES) return fail(state, now);
  return { failures: state.failures, notBefore: Math.max(state.notBefore, now + FIRST_WAIT_MS) };
}

function fail(state: PairingState, now: number): PairingState {
  const failures = state.failures + 1;
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20));
  return { failures, notBefore: now + wait };
}
