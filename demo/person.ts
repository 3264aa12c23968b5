/** The simulated person's finger: reads the kiosk's screen and gives consent, as a person would by touching it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScreenState } from '../kiosk/contract.ts';
import { readEvents } from './events.ts';

export type Manner = {
  /** Time to read the notice and touch, milliseconds; a person takes longer. */
  readonly readingMs: number;
  /** Whether 同意 is touched, or the other way. */
  readonly agrees: () => boolean;
};
const WILLING: Manner = { readingMs: 600, agrees: () => true };

/** Touches 同意 at each invitation until `signal` aborts. */
export const consentToEverything = (screen: string, signal: AbortSignal): Promise<void> =>
  answerInvitations(screen, signal, WILLING);

/** Answers each invitation until `signal` aborts. */
export async function answerInvitations(screen: string, signal: AbortSignal, manner: Manner): Promise<void> {
  let answered = '';
  for await (const { data } of readEvents(`${screen}/events`, signal)) {
    const state = data as ScreenState;
    if (state.kind !== 'invitation' || state.verification === answered) continue;
    answered = state.verification;
    await sleep(manner.readingMs, undefined, { signal });
    await fetch(`${screen}/consent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: screen },
      body: JSON.stringify({ verification: state.verification, given: manner.agrees() }),
      signal,
    });
  }
}
